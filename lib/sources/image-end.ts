import type { ImageType } from './sniff-type';

/**
 * Where the picture ends inside the file: everything behind is some other thing's. Walks the container without
 * decoding; returns the file's length where the walk can't tell (the decoder then judges).
 */
export function imageEnd(bytes: Uint8Array, type: ImageType): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = type === 'png' ? pngEnd(view) : type === 'webp' ? webpEnd(view) : jpegEnd(view);
  return Math.min(end ?? view.length, view.length);
}

function pngEnd(view: Buffer): number | null {
  for (let at = 8; at + 12 <= view.length; ) {
    const next = at + 12 + view.readUInt32BE(at);
    if (view.toString('latin1', at + 4, at + 8) === 'IEND') return next;
    at = next;
  }
  return null;
}

function webpEnd(view: Buffer): number | null {
  if (view.length < 12) return null;
  const size = 8 + view.readUInt32LE(4);
  return size + (size % 2);
}

function jpegEnd(view: Buffer): number | null {
  let at = 2;
  while (at + 4 <= view.length) {
    if (view[at] !== 0xff) return null;
    const marker = view[at + 1]!;
    if (marker === 0xd9) return at + 2;
    if (marker === 0xff) at += 1; // fill byte
    else if (marker >= 0xd0 && marker <= 0xd8) at += 2; // without a length
    else {
      at += 2 + view.readUInt16BE(at + 2);
      if (marker === 0xda) at = scanEnd(view, at);
    }
  }
  return at + 2 === view.length && view[at] === 0xff && view[at + 1] === 0xd9 ? at + 2 : null;
}

/** The next real marker after entropy-coded data: not a stuffed 0xff00, not a restart. */
function scanEnd(view: Buffer, from: number): number {
  for (let at = view.indexOf(0xff, from); at >= 0 && at + 1 < view.length; at = view.indexOf(0xff, at + 1)) {
    const next = view[at + 1]!;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return view.length;
}

/** Archives and programs, known by what they begin with. */
const CONTAINERS = ['PK\x03\x04', 'Rar!', '7z\xbc\xaf', '\x7fELF', 'MZ'];
/** Pages, scripts and documents, which readers look for anywhere. */
const TEXTS = /<(?:svg|html|script|!doctype|\?php)[\s>]|%pdf-\d/i;

/**
 * Does a page, script, document or archive hide behind the picture, which ends at `end`? Phones append more pictures
 * and videos; those may stay.
 */
export function hidesOther(bytes: Uint8Array, end: number): boolean {
  if (end >= bytes.byteLength) return false;
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + end, bytes.byteLength - end);
  const text = rest.toString('latin1');
  return CONTAINERS.some((mark) => text.startsWith(mark)) || TEXTS.test(text) || endsAsZip(rest);
}

/** Zip readers start at the end: a directory record whose comment fills the rest of the file exactly. */
function endsAsZip(rest: Buffer): boolean {
  const at = rest.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  return at >= 0 && at + 22 <= rest.length && at + 22 + rest.readUInt16LE(at + 20) === rest.length;
}
