import { readFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, Rational } from 'node-av/lib';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  AVERROR_EOF,
} from 'node-av/constants';
import { openMp4, setOptions } from './mp4-file';
import './quiet';
import { withTempFile } from './temp-file';

export interface EncodeSettings {
  width: number;
  height: number;
  fps: number;
  /** x264 speed preset. */
  preset: 'ultrafast' | 'superfast' | 'veryfast';
  /** x264 constant rate factor: lower is better and bigger. */
  crf: number;
  /** This frame can be cut off: it is coded by itself, and no frame before it needs it. */
  detachable?: number;
}

/** What leaves the house; stages too, because our own are joined without being encoded again (`join-stages.ts`). */
export const FINAL_QUALITY = { preset: 'veryfast', crf: 21 } as const;

/** Fixed, because x264's bytes depend on it. More than two gained nothing on two cores. */
const ENCODER_THREADS = 2;

function openEncoder(settings: EncodeSettings): CodecContext {
  const codec = Codec.findEncoderByName('libx264' as never);
  if (!codec) throw new Error('libx264 is missing from node-av');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = settings.width;
  context.height = settings.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, settings.fps);
  context.framerate = new Rational(settings.fps, 1);
  context.sampleAspectRatio = new Rational(1, 1);
  context.threadCount = ENCODER_THREADS;
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorSpace = AVCOL_SPC_BT709;
  context.colorPrimaries = AVCOL_PRI_BT709;
  context.colorTrc = AVCOL_TRC_BT709;
  context.chromaLocation = AVCHROMA_LOC_LEFT;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  setOptions(context, {
    preset: settings.preset,
    crf: String(settings.crf),
    'forced-idr': '1',
    // aq-mode 3 spends bits on dark gradients, where banding shows. No scene cuts: a clip is one shot. No mbtree:
    // with it x264 gives other bytes from run to run when the height is no multiple of 16.
    'x264-params': 'aq-mode=3:mbtree=0:scenecut=0:keyint=250',
  });
  return context;
}

/**
 * Encodes frames to an MP4 (H.264, yuv420p, BT.709, faststart, no audio, constant rate).
 * `nextFrame(i)` returns frame i as packed planar yuv420p bytes, or null at the end; it may reuse one buffer.
 * Same frames and settings, same bytes. FFmpeg is only called synchronously: x264 works on its own threads meanwhile,
 * and a native call still in flight when its thread ends would take the whole process down.
 */
export async function encodeMp4(
  settings: EncodeSettings,
  nextFrame: (index: number) => Uint8Array | null,
): Promise<{ mp4: Uint8Array; frames: number }> {
  return withTempFile('clip.mp4', async (file) => {
    const encoder = openEncoder(settings);
    const output = new FormatContext();
    const packet = new Packet();
    packet.alloc();
    try {
      FFmpegError.throwIfError(encoder.open2Sync(null, null), 'open encoder');
      const stream = openMp4(output, file, settings.fps, (par) => par.fromContext(encoder));

      const drain = () => {
        for (;;) {
          const got = encoder.receivePacketSync(packet);
          if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
          FFmpegError.throwIfError(got, 'encode');
          packet.streamIndex = 0;
          packet.duration = 1n;
          packet.rescaleTs({ num: 1, den: settings.fps }, stream.timeBase);
          FFmpegError.throwIfError(output.interleavedWriteFrameSync(packet), 'write');
        }
      };

      let frames = 0;
      let bytes = nextFrame(0);
      while (bytes) {
        const frame = Frame.fromVideoBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
          width: settings.width,
          height: settings.height,
          format: AV_PIX_FMT_YUV420P,
          timeBase: { num: 1, den: settings.fps },
          pts: BigInt(frames),
        });
        frame.colorRange = AVCOL_RANGE_MPEG;
        frame.colorSpace = AVCOL_SPC_BT709;
        frame.colorPrimaries = AVCOL_PRI_BT709;
        frame.colorTrc = AVCOL_TRC_BT709;
        frame.chromaLocation = AVCHROMA_LOC_LEFT;
        if (frames === settings.detachable) frame.pictType = AV_PICTURE_TYPE_I;
        frames++;
        const sent = encoder.sendFrameSync(frame);
        frame.free();
        FFmpegError.throwIfError(sent, 'encode');
        drain();
        await breathe();
        bytes = nextFrame(frames);
      }
      FFmpegError.throwIfError(encoder.sendFrameSync(null), 'flush');
      drain();
      FFmpegError.throwIfError(output.writeTrailerSync(), 'trailer');
      output.closeOutputSync();
      return { mp4: new Uint8Array(await readFile(file)), frames };
    } finally {
      packet.free();
      encoder.freeContext();
      output.freeContext();
    }
  });
}
