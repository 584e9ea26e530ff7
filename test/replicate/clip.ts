import { createHash } from 'node:crypto';
import { encodeMp4 } from '@/lib/render/encode';
import { imageSize, openImage, rawRgb } from '@/lib/render/image-library';
import { addSound } from './sound';
import type { ClipChange, OutputFile, PredictionRecord } from './types';

export interface ClipShape {
  frames: number;
  fps: number;
  width: number;
  height: number;
  audio: boolean;
  /** The part of the first picture that is left at the end, where no last picture is given. */
  look?: Look;
}

/** A part of a picture: its share of either side, and where it lies in the room that this leaves, all 0..1. */
interface Look {
  share: number;
  x: number;
  y: number;
}
const WHOLE: Look = { share: 1, x: 0, y: 0 };
const MIDDLE: Look = { share: 0.8, x: 0.5, y: 0.5 };

const LONG_SIDE = 256;
const made = new Map<string, Promise<Uint8Array>>();

/**
 * The clip that a prediction asks for: as many frames at the rate its model would give, small (long side 256 pixels), in
 * the picture's own ratio, from the first picture to the last one (or to a closer look at the first; the seed says how close, and where). Same asking,
 * same bytes; each is encoded once.
 */
export async function clipFor(prediction: PredictionRecord): Promise<OutputFile> {
  const { image: first, last_image: last = prediction.images.last_frame_image } = prediction.images;
  const shape = await shapeOf(prediction, first, prediction.behaviour.clip ?? {});
  return { bytes: await makeClip(shape, first, last), contentType: 'video/mp4' };
}

async function shapeOf(prediction: PredictionRecord, first: Uint8Array | undefined, change: ClipChange): Promise<ClipShape> {
  const asked = prediction.model.clip?.(prediction.input) ?? { frames: 24, fps: 24, audio: false };
  const size = (first && (await sizeIn(first))) ?? { width: LONG_SIDE, height: 144 };
  const fps = change.fps ?? asked.fps;
  const frames = change.seconds !== undefined ? Math.max(1, Math.round(change.seconds * fps)) : asked.frames;
  return { frames, fps, width: change.width ?? size.width, height: change.height ?? size.height, audio: change.audio ?? asked.audio, look: lookOf(prediction.input.seed) };
}

/** Neighbouring seeds end far apart, and hardly two at the same place: whoever compares clips takes them for different. */
function lookOf(seed: unknown): Look {
  const spread = (step: number) => (Number(seed ?? 0) * step) % 1;
  return { share: 0.6 + 0.35 * spread(0.618034), x: spread(0.754878), y: spread(0.56984) };
}

/** The picture's size, brought to the long side; null when it can't be read (a stand-in may be told not to look). */
async function sizeIn(picture: Uint8Array): Promise<{ width: number; height: number } | null> {
  const { width, height } = await imageSize(picture).catch(() => ({ width: 0, height: 0 }));
  if (!width || !height) return null;
  const scale = LONG_SIDE / Math.max(width, height);
  const even = (side: number) => Math.max(16, Math.round((side * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}

/** A real H.264 MP4 of exactly this shape. Pictures that can't be read are replaced by a gradient. */
export function makeClip(shape: ClipShape, first?: Uint8Array, last?: Uint8Array): Promise<Uint8Array> {
  const key = JSON.stringify([shape, digest(first), digest(last)]);
  const clip = made.get(key) ?? encode(shape, first, last);
  made.set(key, clip);
  return clip;
}

const digest = (bytes?: Uint8Array) => bytes && createHash('sha256').update(bytes).digest('hex');

async function encode(shape: ClipShape, first?: Uint8Array, last?: Uint8Array): Promise<Uint8Array> {
  const { width, height, frames, fps } = shape;
  const from = (await planes(first, width, height, WHOLE)) ?? gradient(width, height);
  const to = (await planes(last, width, height, WHOLE)) ?? (await planes(first, width, height, shape.look ?? MIDDLE)) ?? from.map((value) => 255 - value);
  const frame = new Uint8Array(from.length);
  const { mp4 } = await encodeMp4({ width, height, fps, preset: 'ultrafast', crf: 28 }, (index) => {
    if (index >= frames) return null;
    const share = frames === 1 ? 0 : Math.round((index * 256) / (frames - 1));
    for (let i = 0; i < frame.length; i++) frame[i] = (from[i]! * (256 - share) + to[i]! * share) >> 8;
    return frame;
  });
  return shape.audio ? addSound(mp4, frames / fps) : mp4;
}

/** A part of a picture as one packed yuv420p frame, in limited-range BT.709. */
async function planes(picture: Uint8Array | undefined, width: number, height: number, { share, x: right, y: down }: Look): Promise<Uint8Array | null> {
  if (!picture) return null;
  try {
    const size = await imageSize(picture);
    const cut = { width: Math.max(1, Math.round(size.width * share)), height: Math.max(1, Math.round(size.height * share)) };
    const at = { left: Math.round((size.width - cut.width) * right), top: Math.round((size.height - cut.height) * down) };
    const { data } = await rawRgb(openImage(picture).extract({ ...cut, ...at }).resize(width, height, { fit: 'fill' }));
    return toYuv(width, height, (x, y) => data.subarray((y * width + x) * 3));
  } catch {
    return null;
  }
}

const gradient = (width: number, height: number) =>
  toYuv(width, height, (x, y) => [Math.round((x * 255) / width), Math.round((y * 255) / height), 128]);

function toYuv(width: number, height: number, at: (x: number, y: number) => ArrayLike<number>): Uint8Array {
  const half = width >> 1;
  const size = width * height;
  const out = new Uint8Array(size + 2 * half * (height >> 1));
  const u = size;
  const v = size + half * (height >> 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { 0: r = 0, 1: g = 0, 2: b = 0 } = at(x, y);
      out[y * width + x] = 16 + 0.1826 * r + 0.6142 * g + 0.062 * b;
      if ((x | y) & 1) continue;
      out[u + (y >> 1) * half + (x >> 1)] = 128 - 0.1006 * r - 0.3386 * g + 0.4392 * b;
      out[v + (y >> 1) * half + (x >> 1)] = 128 + 0.4392 * r - 0.3989 * g - 0.0403 * b;
    }
  }
  return out;
}
