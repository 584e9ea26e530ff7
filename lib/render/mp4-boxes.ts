import { RenderError } from './render-error';

interface Box {
  name: string;
  /** Where its content begins and ends in the file. */
  start: number;
  end: number;
  /** It says that it goes on behind the end. */
  cut: boolean;
}

/** Boxes that hold boxes, as far as a reader follows them. */
const HOLDERS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'edts', 'mvex', 'moof', 'traf', 'udta', 'sinf', 'schi', 'tref', 'wave']);

const MOST_BOXES = 20_000;
const DEEPEST = 12;
/** Samples of all tracks: a minute of uncompressed sound is 3 million. A reader keeps 24 bytes for each. */
const MOST_SAMPLES = 8_000_000;
const MOST_EDITS = 64;

/** The boxes side by side from `start` to `end` (ISO/IEC 14496-12, 4.2). Stops at the first that cannot be one. */
function* boxesIn(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const name = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
    const short = view.getUint32(at);
    const wide = short === 1 && at + 16 <= end;
    const size = wide ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short;
    const head = wide ? 16 : 8;
    if (size < head) return;
    yield { name, start: at + head, end: Math.min(end, at + size), cut: at + size > end };
    at += size;
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Does the index (`moov`) come before the media (`mdat`)? */
export function isFaststart(mp4: Uint8Array): boolean {
  const names = [...boxesIn(viewOf(mp4), 0, mp4.byteLength)].map((box) => box.name);
  const index = names.indexOf('moov');
  const media = names.indexOf('mdat');
  return index >= 0 && media >= 0 && index < media;
}

/**
 * Refuses what is no MP4, and one whose tables promise more than a clip can hold: a file of one kilobyte can claim
 * billions of samples, and a reader takes memory for them before it looks for them. Throws RenderError `clip_unsupported`.
 */
export function checkBoxes(mp4: Uint8Array): void {
  const view = viewOf(mp4);
  let boxes = 0;
  let samples = 0;
  let found = false;
  let cut = false;
  const walk = (start: number, end: number, depth: number): void => {
    for (const box of boxesIn(view, start, end)) {
      if (++boxes > MOST_BOXES || depth > DEEPEST || box.name === 'cmov') throw hostile();
      if (box.name === 'moov') found = true;
      if (box.cut && depth === 0) cut = true;
      if (HOLDERS.has(box.name)) walk(box.start, box.end, depth + 1);
      else samples += promised(view, box);
      if (samples > MOST_SAMPLES) throw hostile();
    }
  };
  walk(0, mp4.byteLength, 0);
  if (!found) throw new RenderError('clip_unsupported', 'The file is no MP4 video, or its end is missing.');
  if (cut) throw new RenderError('clip_unsupported', 'The clip is damaged or cut off.');
}

/** How many samples a table speaks of. */
function promised(view: DataView, { name, start, end }: Box): number {
  const word = (at: number) => (start + at + 4 <= end ? view.getUint32(start + at) : 0);
  if (name === 'elst' && word(4) > MOST_EDITS) throw hostile();
  if (name === 'stsz' || name === 'stz2') return word(8);
  if (name === 'trun') return word(4);
  if (name !== 'stts' && name !== 'ctts') return 0;
  let sum = 0;
  for (let at = 8, left = word(4); left > 0 && start + at + 8 <= end; at += 8, left--) sum += word(at);
  return sum;
}

const hostile = () => new RenderError('clip_unsupported', "The clip's tables promise more than a clip can hold.");
