import { writeFile } from 'node:fs/promises';
import { avGetCodecName, avGetPixFmtName, FFmpegError, FormatContext } from 'node-av/lib';
import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import './quiet';
import { RenderError } from './render-error';
import { withTempFile } from './temp-file';
import type { ClipInfo } from './types';

/** Reads a clip's facts from its container. Throws RenderError `clip_unsupported` for anything else. */
export async function inspectMp4(mp4: Uint8Array): Promise<ClipInfo> {
  return withTempFile('in.mp4', async (file) => {
    await writeFile(file, mp4);
    const input = new FormatContext();
    try {
      FFmpegError.throwIfError(input.openInputSync(file), 'open');
      FFmpegError.throwIfError(input.findStreamInfoSync(), 'probe');
      const video = input.streams.find((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO);
      if (!video) throw new Error('no video stream');
      const rate = video.avgFrameRate;
      return {
        codec: avGetCodecName(video.codecpar.codecId) ?? 'unknown',
        pixelFormat: avGetPixFmtName(video.codecpar.format as never) ?? 'unknown',
        width: video.codecpar.width,
        height: video.codecpar.height,
        fps: rate.den > 0 ? rate.num / rate.den : 0,
        frames: Number(video.nbFrames),
        durationMs: Number(input.duration) / 1000,
        hasAudio: input.streams.some((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO),
        faststart: isFaststart(mp4),
      };
    } catch (error) {
      throw new RenderError('clip_unsupported', `The clip can't be read: ${(error as Error).message}`);
    } finally {
      input.closeInputSync();
    }
  });
}

/** Does the index (`moov`) come before the media (`mdat`)? */
export function isFaststart(mp4: Uint8Array): boolean {
  const boxes = topLevelBoxes(mp4);
  const index = boxes.indexOf('moov');
  const media = boxes.indexOf('mdat');
  return index >= 0 && media >= 0 && index < media;
}

function topLevelBoxes(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at + 8 <= bytes.byteLength; ) {
    names.push(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    const size = view.getUint32(at);
    const long = size === 1 && at + 16 <= bytes.byteLength ? Number(view.getBigUint64(at + 8)) : size;
    if (long < 8) break;
    at += long;
  }
  return names;
}
