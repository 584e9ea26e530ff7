import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib';
import { AV_FRAME_FLAG_CORRUPT, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { openMp4Input } from './clip-facts';
import { CLIP_LIMITS, unsupported } from './clip-limits';
import { setOptions } from './mp4-file';
import './quiet';
import { isRenderError } from './render-error';

/** Decodes a clip's pictures one after the other; only the decoder's own are in memory. */
export interface ClipDecoder {
  /** The latest picture; the next `advance` overwrites it. */
  frame: Frame;
  /** Goes on to the next picture in display order. @returns false behind the last. Throws RenderError `clip_unsupported`. */
  advance(): boolean;
  close(): void;
}

/** Opens a clip's decoder. Everything is called synchronously (see `encode.ts`). */
export function openDecoder(path: string): ClipDecoder {
  const input = new FormatContext();
  const decoder = new CodecContext();
  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  const close = () => {
    packet.free();
    frame.free();
    decoder.freeContext();
    input.closeInputSync();
  };
  const start = () => {
    const stream = openMp4Input(input, path);
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (!codec) throw unsupported("The clip's video is in a format that can't be read.");
    decoder.allocContext3(codec);
    FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'parameters');
    decoder.threadCount = 2;
    // The pictures themselves may claim to be larger than the container says.
    setOptions(decoder, { max_pixels: String(CLIP_LIMITS.longestSide ** 2) });
    FFmpegError.throwIfError(decoder.open2Sync(codec, null), 'open');
    return stream.index;
  };
  let index: number;
  try {
    index = guarded(start);
  } catch (error) {
    close();
    throw error;
  }

  let ended = false;
  const feed = () => {
    while (!ended) {
      packet.unref();
      ended = input.readFrameSync(packet) < 0;
      if (ended || packet.streamIndex !== index) continue;
      FFmpegError.throwIfError(decoder.sendPacketSync(packet), 'send');
      return;
    }
    decoder.sendPacketSync(null);
  };
  const advance = (): boolean => {
    frame.unref();
    for (;;) {
      const got = decoder.receiveFrameSync(frame);
      if (got === AVERROR_EOF) return false;
      if (got === AVERROR_EAGAIN) {
        feed();
        continue;
      }
      FFmpegError.throwIfError(got, 'receive');
      if ((frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0 || frame.decodeErrorFlags) throw unsupported('The clip is damaged.');
      return true;
    }
  };
  return { frame, advance: () => guarded(advance), close };
}

/** Whatever FFmpeg says of a clip's bytes is our one error for clips that can't be used. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isRenderError(error)) throw error;
    throw unsupported(`The clip can't be decoded: ${(error as Error).message}`);
  }
}
