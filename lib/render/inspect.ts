import { writeFile } from 'node:fs/promises';
import { avGetCodecName, avGetPixFmtName, FFmpegError, FormatContext, InputFormat } from 'node-av/lib';
import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { checkBoxes, isFaststart } from './mp4-boxes';
import './quiet';
import { RenderError } from './render-error';
import { withTempFile } from './temp-file';
import type { ClipInfo } from './types';

/** Reads a clip's facts from its container. Throws RenderError `clip_unsupported` for anything else. */
export async function inspectMp4(mp4: Uint8Array): Promise<ClipInfo> {
  checkBoxes(mp4);
  return withTempFile('in.mp4', async (file) => {
    await writeFile(file, mp4);
    const input = new FormatContext();
    try {
      FFmpegError.throwIfError(input.openInputSync(file, InputFormat.findInputFormat('mov')), 'open');
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
