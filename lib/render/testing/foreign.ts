import { readFile } from 'node:fs/promises';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, Rational } from 'node-av/lib';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_SPC_UNSPECIFIED,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVColorSpace,
} from 'node-av/constants';
import sharp from 'sharp';
import { setOptions } from '../mp4-file';
import '../quiet';
import { withTempFile } from '../temp-file';
import { newPicture } from '../warp';
import { texturedPicture } from './pictures';

export interface ForeignClip {
  width: number;
  height: number;
  /** When each frame is shown; milliseconds. */
  times: number[];
  /** Draws a frame as packed yuv420p; see `panning`. */
  draw: (index: number, out: Uint8Array) => void;
  /** Written into the container: 16.16 fixed point numbers a, b, c, d. */
  matrix?: [number, number, number, number];
  /** Width of a pixel over its height. */
  pixelAspect?: [number, number];
  /** What the file says of its colours; nothing unless told. */
  colours?: AVColorSpace;
}

/** `count` moments at a constant rate. */
export const steady = (count: number, fps: number) => Array.from({ length: count }, (_, index) => (index * 1000) / fps);

/** An MP4 as others write it: index at the end, colours untold, B-frames, any times. */
export async function foreignClip(clip: ForeignClip): Promise<Uint8Array> {
  return withTempFile('foreign.mp4', async (file) => {
    const encoder = openEncoder(clip);
    const output = new FormatContext();
    const packet = new Packet();
    packet.alloc();
    try {
      FFmpegError.throwIfError(output.allocOutputContext2(null, 'mp4', file), 'mp4');
      const stream = output.newStream(null);
      stream.codecpar.fromContext(encoder);
      stream.timeBase = new Rational(1, 90_000);
      if (clip.pixelAspect) stream.sampleAspectRatio = new Rational(...clip.pixelAspect);
      if (clip.matrix) stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrixBytes(clip.matrix));
      FFmpegError.throwIfError(output.openOutputSync(), 'open');
      FFmpegError.throwIfError(output.writeHeaderSync(), 'header');
      const pts = clip.times.map((ms) => Math.round(ms * 90));
      const step = Math.round(pts.at(-1)! / Math.max(1, pts.length - 1)) || 3750;
      const drain = () => {
        for (;;) {
          const got = encoder.receivePacketSync(packet);
          if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
          FFmpegError.throwIfError(got, 'encode');
          packet.streamIndex = 0;
          // Without it the last frame would last no time, and players would leave it out.
          packet.duration = BigInt(step);
          packet.rescaleTs({ num: 1, den: 90_000 }, stream.timeBase);
          FFmpegError.throwIfError(output.interleavedWriteFrameSync(packet), 'write');
        }
      };
      const picture = newPicture(clip.width, clip.height);
      pts.forEach((at, index) => {
        clip.draw(index, picture);
        const frame = Frame.fromVideoBuffer(Buffer.from(picture), {
          width: clip.width,
          height: clip.height,
          format: AV_PIX_FMT_YUV420P,
          timeBase: { num: 1, den: 90_000 },
          pts: BigInt(at),
        });
        const sent = encoder.sendFrameSync(frame);
        frame.free();
        FFmpegError.throwIfError(sent, 'encode');
        drain();
      });
      encoder.sendFrameSync(null);
      drain();
      FFmpegError.throwIfError(output.writeTrailerSync(), 'trailer');
      output.closeOutputSync();
      return new Uint8Array(await readFile(file));
    } finally {
      packet.free();
      encoder.freeContext();
      output.freeContext();
    }
  });
}

function openEncoder({ width, height, colours, pixelAspect }: ForeignClip): CodecContext {
  const codec = Codec.findEncoderByName('libx264' as never)!;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 90_000);
  context.framerate = new Rational(24, 1);
  context.colorSpace = colours ?? AVCOL_SPC_UNSPECIFIED;
  if (pixelAspect) context.sampleAspectRatio = new Rational(...pixelAspect);
  context.threadCount = 2;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  setOptions(context, { preset: 'superfast', crf: '16', bf: '2', g: '48' });
  FFmpegError.throwIfError(context.open2Sync(null, null), 'open encoder');
  return context;
}

function matrixBytes([a, b, c, d]: [number, number, number, number]): Buffer {
  const bytes = Buffer.alloc(36);
  [a * 65536, b * 65536, 0, c * 65536, d * 65536, 0, 0, 0, 1 << 30].forEach((value, index) => bytes.writeInt32LE(value, index * 4));
  return bytes;
}

/** Draws a camera that moves over a picture: frame `index` shows it from `x(index)` pixels on. */
export async function panning(
  width: number,
  height: number,
  x: (index: number) => number,
  source: Uint8Array | string | undefined = undefined,
): Promise<ForeignClip['draw']> {
  const room = 256;
  const rows = await planes(source ?? (await texturedPicture(width + room, height)), width + room, height);
  return (index, out) => {
    const left = Math.max(0, Math.min(room, Math.round(x(index) / 2) * 2));
    let at = 0;
    for (const { data, stride, lines, shift } of rows) {
      for (let line = 0; line < lines; line++) {
        const start = line * stride + (left >> shift);
        out.set(data.subarray(start, start + (width >> shift)), at);
        at += width >> shift;
      }
    }
  };
}

interface Plane {
  data: Uint8Array;
  stride: number;
  lines: number;
  shift: 0 | 1;
}

/** A picture's planes in BT.601, limited range, as FFmpeg makes them of RGB. */
async function planes(source: Uint8Array | string, width: number, height: number): Promise<Plane[]> {
  const rgb = await sharp(source).resize(width, height, { fit: 'cover' }).removeAlpha().raw().toBuffer();
  const y = new Uint8Array(width * height);
  const u = new Uint8Array((width * height) / 4);
  const v = new Uint8Array((width * height) / 4);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = [rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!];
    y[i] = 16 + 0.25679 * r + 0.50413 * g + 0.09791 * b + 0.5;
    const column = i % width;
    const line = (i - column) / width;
    if (column % 2 || line % 2) continue;
    const at = (line / 2) * (width / 2) + column / 2;
    u[at] = 128.5 - 0.14822 * r - 0.29099 * g + 0.43922 * b;
    v[at] = 128.5 + 0.43922 * r - 0.36779 * g - 0.07143 * b;
  }
  return [
    { data: y, stride: width, lines: height, shift: 0 },
    { data: u, stride: width / 2, lines: height / 2, shift: 1 },
    { data: v, stride: width / 2, lines: height / 2, shift: 1 },
  ];
}

/** Draws flat grey frames that tell their index: luma 30, 32, 34 … */
export const levels = (index: number, out: Uint8Array): void => {
  const luma = (out.length * 2) / 3;
  out.fill(LEVEL.first + LEVEL.step * index, 0, luma);
  out.fill(128, luma);
};

/** The index (and part of the way to the next) of a frame that `levels` drew. */
export const levelOf = (frame: Uint8Array): number => (frame[0]! - LEVEL.first) / LEVEL.step;

const LEVEL = { first: 30, step: 2 };
