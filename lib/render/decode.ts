import { writeFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { AV_PIX_FMT_YUV420P, AVERROR_EAGAIN, AVERROR_EOF, AVMEDIA_TYPE_VIDEO, SWS_BICUBIC } from 'node-av/constants';
import './quiet';
import { RenderError } from './render-error';
import { withTempFile } from './temp-file';

export interface DecodedClip {
  width: number;
  height: number;
  fps: number;
  /** Each a packed planar yuv420p picture, in display order. */
  frames: Uint8Array[];
}

/**
 * Decodes a whole short clip to yuv420p pictures. A clip of another size than `fit` is scaled to it.
 * Throws RenderError `clip_unsupported` when the bytes aren't a playable clip.
 */
export async function decodeClip(mp4: Uint8Array, fit?: { width: number; height: number }): Promise<DecodedClip> {
  return withTempFile('in.mp4', async (file) => {
    await writeFile(file, mp4);
    const input = new FormatContext();
    const decoder = new CodecContext();
    const packet = new Packet();
    const frame = new Frame();
    packet.alloc();
    frame.alloc();
    try {
      FFmpegError.throwIfError(input.openInputSync(file), 'open');
      FFmpegError.throwIfError(input.findStreamInfoSync(), 'probe');
      const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
      const stream = input.streams[index];
      const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
      if (!stream || !codec) throw new Error('no video stream');
      decoder.allocContext3(codec);
      decoder.parametersToContext(stream.codecpar);
      decoder.threadCount = 2;
      FFmpegError.throwIfError(decoder.open2Sync(codec, null), 'open decoder');

      const frames: Uint8Array[] = [];
      const take = toYuv420p(fit);
      const drain = () => {
        for (;;) {
          const got = decoder.receiveFrameSync(frame);
          if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
          FFmpegError.throwIfError(got, 'decode');
          frames.push(take(frame));
          frame.unref();
        }
      };
      while (input.readFrameSync(packet) >= 0) {
        if (packet.streamIndex === index) {
          FFmpegError.throwIfError(decoder.sendPacketSync(packet), 'decode');
          drain();
          await breathe();
        }
        packet.unref();
      }
      decoder.sendPacketSync(null);
      drain();
      if (!frames.length) throw new Error('no frames');
      const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate : stream.rFrameRate;
      return {
        width: fit?.width ?? stream.codecpar.width,
        height: fit?.height ?? stream.codecpar.height,
        fps: rate.den > 0 ? rate.num / rate.den : 24,
        frames,
      };
    } catch (error) {
      throw new RenderError('clip_unsupported', `The clip can't be decoded: ${(error as Error).message}`);
    } finally {
      packet.free();
      frame.free();
      decoder.freeContext();
      input.closeInputSync();
    }
  });
}

function toYuv420p(fit?: { width: number; height: number }): (frame: Frame) => Uint8Array {
  let scaler: SoftwareScaleContext | undefined;
  return (frame) => {
    const width = fit?.width ?? frame.width;
    const height = fit?.height ?? frame.height;
    if (frame.format === AV_PIX_FMT_YUV420P && frame.width === width && frame.height === height) {
      return new Uint8Array(frame.toBuffer());
    }
    const source = { width: frame.width, height: frame.height, format: frame.format as never };
    if (!scaler) {
      scaler = new SoftwareScaleContext();
      scaler.getContext(source.width, source.height, source.format, width, height, AV_PIX_FMT_YUV420P, SWS_BICUBIC);
    }
    const scaled = new Frame();
    scaled.alloc();
    scaled.width = width;
    scaled.height = height;
    scaled.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(scaled.getBuffer(), 'scale buffer');
    FFmpegError.throwIfError(scaler.scaleFrameSync(scaled, frame), 'scale');
    const bytes = new Uint8Array(scaled.toBuffer());
    scaled.free();
    return bytes;
  };
}
