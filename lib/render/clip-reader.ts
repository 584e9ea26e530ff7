import { guarded, openDecoder } from './clip-decoder';
import type { ClipFile } from './clip-file';
import type { ClipFraming } from './clip-framing';
import { unsupported } from './clip-limits';
import { pictureFilter, type PictureFilter } from './picture-filter';

/** A clip's pictures in display order, upright and framed. Throws RenderError `clip_unsupported`. */
export interface ClipReader {
  /** Picture `index` as packed bytes that stay as they are. Indexes go up; the two latest may be asked for again. */
  picture(index: number): Uint8Array;
  /** Decodes up to picture `index` and no further; the pictures on the way are not kept. */
  pass(index: number): void;
  close(): void;
}

interface Kept {
  index: number;
  bytes: Uint8Array;
}

/** A clip's last frames may be missing by so many; with more it is refused. */
const MOST_LOST = 2;

/** Starts reading a clip. Only the decoder's pictures and the two latest are in memory. */
export function openReader({ path, facts }: ClipFile, framing: ClipFraming, format: 'yuv420p' | 'rgb24' = 'yuv420p'): ClipReader {
  const decoder = openDecoder(path);
  const { frame } = decoder;
  const last = facts.times.length - 1;
  let filter: PictureFilter | undefined;
  let at = -1;
  let ended = false;
  let kept: Kept[] = [];
  let kind = '';

  const keep = () => {
    if (at < 0 || kept.at(-1)?.index === at) return;
    const bytes = guarded(() => (filter ??= pictureFilter(frame, framing, format)).apply(frame));
    kept = [...kept.slice(-1), { index: at, bytes }];
  };
  const advance = () => {
    // If the next is missing, this one stands in for it.
    if (at >= last - MOST_LOST) keep();
    ended = !decoder.advance();
    if (ended) {
      if (last - at > MOST_LOST || at < 0) throw unsupported('The clip is damaged: frames are missing.');
      return;
    }
    const now = `${frame.width}x${frame.height} ${frame.format}`;
    if (kind && kind !== now) throw unsupported('The clip changes its size midway.');
    kind = now;
    at++;
  };
  const pass = (index: number) => {
    while (at < index && !ended) advance();
  };
  return {
    pass,
    picture(index) {
      pass(index);
      if (at === index) keep();
      const found = kept.find((picture) => picture.index === index) ?? (ended ? kept.at(-1) : undefined);
      if (!found) throw new Error(`picture ${index} has gone by`);
      return found.bytes;
    },
    close() {
      filter?.close();
      decoder.close();
    },
  };
}
