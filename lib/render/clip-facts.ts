import { FormatContext, InputFormat, Packet, type Stream } from 'node-av/lib';
import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_VP9,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_CORRUPT,
  AV_PKT_FLAG_DISCARD,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { CLIP_LIMITS, unsupported } from './clip-limits';
import './quiet';

/** What the container tells of a clip; nothing is decoded for it. */
export interface ClipFacts {
  /** As stored, before turning and stretching. */
  width: number;
  height: number;
  /** When each frame is shown, milliseconds, ascending from 0. */
  times: number[];
  durationMs: number;
  /** Width of a stored pixel over its height; null where the container is silent. */
  pixelAspect: number | null;
  /** The display matrix of the track, by whose first four numbers pictures are turned. */
  matrix: [number, number, number, number];
}

/** Other decoders are open to attack and no model uses them. */
const CODECS = new Set<number>([AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4]);

/**
 * Opens a file as MP4 and as nothing else: FFmpeg would otherwise follow playlists to other files and hosts.
 * The caller closes the input, also after an error.
 */
export function openMp4Input(input: FormatContext, path: string): Stream {
  if (input.openInputSync(path, InputFormat.findInputFormat('mov')) < 0) throw unsupported('The file is no MP4 video.');
  const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
  const video = input.streams[index];
  if (!video) throw unsupported('The file holds no video.');
  for (const stream of input.streams) if (stream.index !== index) stream.discard = AVDISCARD_ALL;
  if (!CODECS.has(video.codecpar.codecId)) throw unsupported("The clip's video is in a format that can't be read.");
  return video;
}

/** Reads the container and goes through its packets. The caller has checked the boxes. Throws RenderError `clip_unsupported`. */
export function readFacts(path: string): ClipFacts {
  const input = new FormatContext();
  try {
    const video = openMp4Input(input, path);
    const { width, height } = video.codecpar;
    const sar = video.sampleAspectRatio;
    const pixelAspect = sar.num > 0 && sar.den > 0 ? sar.num / sar.den : null;
    return { width, height, ...readTimes(input, video), pixelAspect, matrix: matrixOf(video) };
  } finally {
    input.closeInputSync();
  }
}

function readTimes(input: FormatContext, video: Stream): { times: number[]; durationMs: number } {
  const { num, den } = video.timeBase;
  const ticks: { at: number; lasts: number }[] = [];
  const packet = new Packet();
  packet.alloc();
  let read = 0;
  try {
    while (input.readFrameSync(packet) >= 0) {
      if (packet.streamIndex === video.index) {
        if (++read > CLIP_LIMITS.frames) throw unsupported(`The clip has more than ${CLIP_LIMITS.frames} frames.`);
        if (packet.flags & AV_PKT_FLAG_CORRUPT) throw unsupported('The clip is damaged or cut off.');
        // Edit lists leave packets that are decoded and not shown.
        if (!(packet.flags & AV_PKT_FLAG_DISCARD)) ticks.push({ at: Number(packet.pts), lasts: Math.max(0, Number(packet.duration)) });
      }
      packet.unref();
    }
  } finally {
    packet.free();
  }
  if (read < Number(video.nbFrames)) throw unsupported('The clip is damaged or cut off.');
  ticks.sort((a, b) => a.at - b.at);
  const first = ticks[0]?.at ?? 0;
  const last = ticks.at(-1);
  const ms = (tick: number) => (tick * num * 1000) / den;
  const times = ticks.map(({ at }) => ms(at - first));
  const step = last?.lasts || (last && ticks.length > 1 ? (last.at - first) / (ticks.length - 1) : 0);
  return { times, durationMs: last ? ms(last.at - first + step) : 0 };
}

function matrixOf(video: Stream): ClipFacts['matrix'] {
  const bytes = video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (!bytes || bytes.byteLength < 36) return [1, 0, 0, 1];
  // 16.16 fixed point in the machine's byte order, three a row (libavutil/display.h).
  const at = (index: number) => bytes.readInt32LE(index * 4) / 65536;
  return [at(0), at(1), at(3), at(4)];
}
