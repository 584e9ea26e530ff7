import { avGetPixFmtName, FFmpegError, Filter, FilterGraph, Frame } from 'node-av/lib';
import {
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE240M,
} from 'node-av/constants';
import type { ClipFraming } from './clip-framing';
import './quiet';
import { toBt709 } from './to-bt709';

export interface PictureFilter {
  /** The bytes of a decoded picture, packed, turned, cut and scaled. They are the caller's. */
  apply(frame: Frame): Uint8Array;
  close(): void;
}

/**
 * Brings decoded pictures to packed yuv420p (BT.709, limited range) or to RGB in the wanted framing. Made for the kind of
 * the first picture.
 */
export function pictureFilter(first: Frame, framing: ClipFraming, format: 'yuv420p' | 'rgb24'): PictureFilter {
  const { turn, crop, width, height } = framing;
  const matrix = matrixOf(first);
  const old = format === 'yuv420p' && matrix === 'bt601';
  const range = first.colorRange === AVCOL_RANGE_JPEG ? 'full' : 'limited';
  const plain = first.format === AV_PIX_FMT_YUV420P && range === 'limited' && (matrix === 'bt709' || matrix === 'bt601');
  const untouched = format === 'yuv420p' && plain && !turn.length && !crop && first.width === width && first.height === height;
  // Rounding shows in single colours; a clip can only afford so much of it.
  const flags = format === 'rgb24' ? 'bicubic+accurate_rnd+full_chroma_int' : 'bicubic+accurate_rnd';
  const wanted = format === 'yuv420p' ? `:out_color_matrix=${old ? 'bt601' : 'bt709'}:out_range=limited` : '';
  const colours = `in_color_matrix=${matrix}:in_range=${range}${wanted}`;
  const filter = untouched
    ? { apply: (frame: Frame) => new Uint8Array(frame.toBuffer()), close: () => undefined }
    : runChain(first, [
        ...turn,
        ...(crop ? [`crop=${crop.width}:${crop.height}:${crop.left}:${crop.top}`] : []),
        `scale=${width}:${height}:flags=${flags}:${colours}`,
        `format=${format}`,
      ]);
  if (!old) return filter;
  return {
    apply(frame) {
      const bytes = filter.apply(frame);
      toBt709(bytes, width, height);
      return bytes;
    },
    close: filter.close,
  };
}

function runChain(first: Frame, chain: string[]): PictureFilter {
  const graph = new FilterGraph();
  const out = new Frame();
  graph.alloc();
  out.alloc();
  const close = () => {
    out.free();
    graph.free();
  };
  try {
    const picture = `video_size=${first.width}x${first.height}:pix_fmt=${avGetPixFmtName(first.format as never)}`;
    const colours = `colorspace=${first.colorSpace}:range=${first.colorRange}`;
    const source = graph.createFilter(Filter.getByName('buffer')!, 'in', `${picture}:${colours}:time_base=1/1000:pixel_aspect=1/1`);
    let last = source;
    for (const [index, step] of [...chain, 'buffersink'].entries()) {
      const [name, ...args] = step.split('=');
      const next = graph.createFilter(Filter.getByName(name!)!, `f${index}`, args.join('=') || null);
      if (!last || !next) throw new Error(`filter ${name} can't be made`);
      FFmpegError.throwIfError(last.link(0, next, 0), 'link');
      last = next;
    }
    FFmpegError.throwIfError(graph.configSync(), 'filter');
    const sink = last!;
    return {
      apply(frame) {
        FFmpegError.throwIfError(source!.buffersrcAddFrameSync(frame), 'filter');
        FFmpegError.throwIfError(sink.buffersinkGetFrameSync(out), 'filter');
        const bytes = new Uint8Array(out.toBuffer());
        out.unref();
        return bytes;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * What the colours are coded by. Files that don't say were mostly written by FFmpeg from RGB, as the models' are, and its
 * own choice is BT.601 at any size.
 */
function matrixOf(frame: Frame): 'bt709' | 'bt601' | 'bt2020' | 'smpte240m' {
  const space = frame.colorSpace;
  if (space === AVCOL_SPC_BT709 || space === AVCOL_SPC_RGB) return 'bt709';
  if (space === AVCOL_SPC_BT2020_NCL) return 'bt2020';
  return space === AVCOL_SPC_SMPTE240M ? 'smpte240m' : 'bt601';
}
