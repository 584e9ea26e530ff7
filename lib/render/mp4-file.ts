import { type CodecContext, type CodecParameters, FFmpegError, type FormatContext, Rational, type Stream } from 'node-av/lib';
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from 'node-av/constants';
import './quiet';

// Options are set one by one: handing a Dictionary to node-av's synchronous open frees it twice.
export function setOptions(target: CodecContext | FormatContext, options: Record<string, string>): void {
  for (const [name, value] of Object.entries(options)) {
    FFmpegError.throwIfError(target.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `option ${name}`);
  }
}

/** Ticks of a video stream in one frame. */
const TICKS_PER_FRAME = 512;

/** Opens an MP4 for one video stream at a constant rate, index first, and writes its header. */
export function openMp4(output: FormatContext, file: string, fps: number, describe: (par: CodecParameters) => void): Stream {
  FFmpegError.throwIfError(output.allocOutputContext2(null, 'mp4', file), 'mp4');
  const stream = output.newStream(null);
  describe(stream.codecpar);
  stream.timeBase = new Rational(1, fps * TICKS_PER_FRAME);
  stream.avgFrameRate = new Rational(fps, 1);
  FFmpegError.throwIfError(output.openOutputSync(), 'open output');
  setOptions(output, { movflags: '+faststart', fflags: '+bitexact', movie_timescale: String(fps * TICKS_PER_FRAME) });
  FFmpegError.throwIfError(output.writeHeaderSync(), 'header');
  return stream;
}
