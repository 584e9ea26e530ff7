import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { posterImage } from '../render/poster-image';
import { readSource } from './read-source';

// Each goes the whole way: over HTTP through the guarded fetch, the checks, and, if it passes, the poster's decoder.
const rt = { env: { ALLOW_PRIVATE_NETWORK: true, PUBLIC_URL: 'https://clips.example' } } as Parameters<typeof readSource>[0];
let body: Uint8Array = Buffer.alloc(0);
let type = 'image/png';
const server = createServer((_req, res) => void res.writeHead(200, { 'content-type': type }).end(body));
let url: string;
let png: Buffer, jpeg: Buffer, webp: Buffer;

const noise = (width: number, height: number) => sharp(Buffer.from(Array.from({ length: width * height * 3 }, (_, index) => (index * 7919) & 255)), { raw: { width, height, channels: 3 } });

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
  png = await noise(300, 260).png().toBuffer();
  jpeg = await noise(300, 260).jpeg().toBuffer();
  webp = await noise(300, 260).webp().toBuffer();
});
afterAll(() => void server.close());

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const chunk = (name: string, data: Uint8Array) => {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  return Buffer.concat([u32(data.length), named, u32(crc32(named))]);
};
/** A PNG with whatever header and chunks. */
const makePng = (width: number, height: number, { depth = 8, colour = 0, interlace = 0 } = {}, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, 8), chunk('IHDR', Buffer.from([...u32(width), ...u32(height), depth, colour, 0, 0, interlace])), ...chunks, chunk('IEND', Buffer.alloc(0))]);
const zeros = (bytes: number) => chunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 9 }));
/** The chunks behind the header of an honest picture. */
const withChunks = (...chunks: Buffer[]) => Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
const jpegSegment = (marker: number, data: Buffer) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const withSegments = (...segments: Buffer[]) => Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
/** The frame header of a JPEG, which says its size. */
const jpegSized = (width: number, height: number) => {
  const forged = Buffer.from(jpeg);
  const at = forged.indexOf(Buffer.from([0xff, 0xc0]));
  forged.writeUInt16BE(height, at + 5);
  forged.writeUInt16BE(width, at + 7);
  return forged;
};
const riff = (...parts: Array<[name: string, data: Buffer]>) => {
  const inside = Buffer.concat(parts.map(([name, data]) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(name, 'latin1'), size, data, Buffer.alloc(data.length % 2)]);
  }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(inside.length + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WEBP'), inside]);
};
const text = (value: string) => Buffer.from(value.padEnd(64));

const UNSUPPORTED = 'source_unsupported';
const attacks: Array<[name: string, outcome: string, make: () => Buffer | Promise<Buffer>]> = [
  ['nothing', UNSUPPORTED, () => Buffer.alloc(0)],
  ['one byte', UNSUPPORTED, () => Buffer.from([0x89])],
  ['zeros', UNSUPPORTED, () => Buffer.alloc(5000)],
  ['a signature alone', UNSUPPORTED, () => png.subarray(0, 8)],
  ['an SVG', UNSUPPORTED, () => text('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"/>')],
  ['an SVG that reads a file', UNSUPPORTED, () => text('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>')],
  ['an SVG that fetches', UNSUPPORTED, () => text('<svg><image href="http://169.254.169.254/"/></svg>')],
  ['a billion laughs', UNSUPPORTED, () => text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;">]><svg>&m;</svg>')],
  ['a GIF', UNSUPPORTED, () => text('GIF89a\x2c\x01\x04\x01')],
  ['a TIFF', UNSUPPORTED, () => text('II*\0')],
  ['a BMP', UNSUPPORTED, () => text('BM')],
  ['an icon', UNSUPPORTED, () => Buffer.from([0, 0, 1, 0, 1, 0, ...Buffer.alloc(40)])],
  ['an AVIF', UNSUPPORTED, () => text('\0\0\0\x18ftypavif')],
  ['a HEIC', UNSUPPORTED, () => text('\0\0\0\x18ftypheic')],
  ['a JPEG XL', UNSUPPORTED, () => Buffer.from([0, 0, 0, 0xc, 0x4a, 0x58, 0x4c, 0x20, ...Buffer.alloc(40)])],
  ['a PDF', UNSUPPORTED, () => text('%PDF-1.7')],
  ['PostScript', UNSUPPORTED, () => text('%!PS-Adobe-3.0 EPSF-3.0')],
  ['ImageMagick’s own language', UNSUPPORTED, () => text('push graphic-context\nfill "url(https://127.0.0.1/|ls)"')],
  ['a picture of the library’s own kind', UNSUPPORTED, () => Buffer.from([8, 0xf2, 0xa6, 0xb6, ...Buffer.alloc(80)])],
  ['a PPM of a billion pixels', UNSUPPORTED, () => text('P6 32768 32768 255\n')],
  ['a Radiance picture', UNSUPPORTED, () => text('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9999 +X 9999\n')],
  ['a video', UNSUPPORTED, () => text('\0\0\0\x18ftypmp42')],
  ['a page', UNSUPPORTED, () => text('<!doctype html><script>alert(1)</script>')],
  ['a RIFF that is a sound', UNSUPPORTED, () => text('RIFF\x40\0\0\0WAVE')],

  ['a PNG of 16384 x 16384 in 260 kB', UNSUPPORTED, () => makePng(16384, 16384, {}, zeros(16385 * 16384))],
  ['a PNG of 50000 x 50000 in 100 bytes', UNSUPPORTED, () => makePng(50_000, 50_000, {}, zeros(100))],
  ['a PNG of 2 billion x 2 billion', UNSUPPORTED, () => makePng(0x7fffffff, 0x7fffffff, {}, zeros(100))],
  ['a PNG of 256 x a million', UNSUPPORTED, () => makePng(256, 1_000_000, {}, zeros(1000))],
  ['a PNG of 4097 x 4097', UNSUPPORTED, () => makePng(4097, 4097, {}, zeros(4098 * 4097))],
  ['a PNG of 0 x 0', UNSUPPORTED, () => makePng(0, 0, {}, zeros(10))],
  ['a PNG of 1 x 1', 'source_too_small', () => makePng(1, 1, {}, zeros(2))],
  ['a PNG with fewer pixels than it says', UNSUPPORTED, () => makePng(4000, 4000, {}, zeros(4001))],
  ['a PNG of a colour type that is none', UNSUPPORTED, () => makePng(300, 300, { colour: 5 }, zeros(301 * 300))],
  ['a PNG with a palette it lacks', UNSUPPORTED, () => makePng(300, 300, { colour: 3 }, zeros(301 * 300))],
  ['a PNG whose chunk is 4 GB long', UNSUPPORTED, () => Buffer.concat([png.subarray(0, 33), u32(0xfffffff0), Buffer.from('IDAT'), png.subarray(41)])],
  ['a PNG with a wrong checksum', UNSUPPORTED, () => Buffer.concat([png.subarray(0, png.length - 20), Buffer.alloc(20, 1)])],
  ['a PNG without an end', UNSUPPORTED, () => makePng(300, 300, {}, zeros(1000)).subarray(0, 60)],
  ['a JPEG of 65535 x 65535', UNSUPPORTED, () => jpegSized(65535, 65535)],
  ['a JPEG of 300 x 0', UNSUPPORTED, () => jpegSized(300, 0)],
  ['a JPEG cut off', UNSUPPORTED, () => jpeg.subarray(0, jpeg.length / 2)],
  ['a WebP of 16384 x 16384 that holds 300 x 260', UNSUPPORTED, () => riff(['VP8X', Buffer.from([0, 0, 0, 0, 0xff, 0x3f, 0, 0xff, 0x3f, 0])], ['VP8 ', webp.subarray(20)])],
  ['a WebP cut off', UNSUPPORTED, () => webp.subarray(0, webp.length - 100)],
  ['a WebP with a chunk beyond its end', UNSUPPORTED, () => Buffer.concat([webp.subarray(0, 16), Buffer.from([0xff, 0xff, 0xff, 0x7f]), webp.subarray(20)])],
  ['a PNG by its first bytes, a JPEG by the rest', UNSUPPORTED, () => Buffer.concat([png.subarray(0, 8), jpeg])],
  ['a JPEG that is a page to who looks for one', UNSUPPORTED, () => Buffer.concat([jpeg, text('<html><script>alert(1)</script>')])],
  ['a PNG that is an archive to who reads from behind', UNSUPPORTED, () => Buffer.concat([png, Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1')])],
  ['a WebP that is a program', UNSUPPORTED, () => Buffer.concat([webp, Buffer.from('\x7fELF' + '\0'.repeat(60), 'latin1')])],
  ['11 MB of a picture', 'source_too_large', () => Buffer.concat([png, Buffer.alloc(11 * 1024 * 1024)])],
];

/** Odd, but pictures: taken, and taken whole. */
const oddities: Array<[name: string, size: [width: number, height: number], make: () => Buffer | Promise<Buffer>]> = [
  ['a colour profile that unfolds to 100 MB', [300, 260], () => withChunks(chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(100 * 1024 * 1024))])))],
  ['a comment that unfolds to 100 MB', [300, 260], () => withChunks(chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(100 * 1024 * 1024))])))],
  ['a thousand comments', [300, 260], () => withChunks(...Array.from({ length: 1000 }, (_, index) => chunk('tEXt', Buffer.from(`key${index}\0value`))))],
  ['a broken colour profile', [300, 260], () => withSegments(jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(500, 7)])))],
  ['a colour profile of 4 MB in 64 pieces', [300, 260], () => withSegments(...Array.from({ length: 64 }, (_, index) => jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([index + 1, 64]), Buffer.alloc(64_000, index)]))))],
  ['a JPEG that says it is larger than its data, and is grey there', [4000, 4000], () => jpegSized(4000, 4000)],
  ['broken EXIF', [300, 260], () => withSegments(jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1'), Buffer.alloc(50, 0xff)])))],
  ['a page in a comment', [300, 260], () => withSegments(jpegSegment(0xfe, text('<script>alert(1)</script><?php system(1);')))],
  ['an animated PNG', [300, 260], () => withChunks(chunk('acTL', Buffer.from([...u32(1000), ...u32(0)])), chunk('fcTL', Buffer.from([...u32(0), ...u32(300), ...u32(260), ...u32(0), ...u32(0), 0, 1, 0, 1, 0, 0])))],
  ['an animated WebP of a hundred frames', [256, 256], async () => sharp(await Promise.all(Array.from({ length: 100 }, (_, index) => sharp({ create: { width: 256, height: 256, channels: 3, background: { r: index, g: 0, b: 0 } } }).png().toBuffer())), { join: { animated: true } }).webp().toBuffer()],
  ['an interlaced PNG of 4096 x 4096', [4096, 4096], () => sharp({ create: { width: 4096, height: 4096, channels: 3, background: '#123456' } }).png({ progressive: true }).toBuffer()],
  ['a 16-bit PNG of 4096 x 4096 in a few kB', [4096, 4096], () => makePng(4096, 4096, { depth: 16, colour: 6 }, zeros((4096 * 8 + 1) * 4096))],
  ['a transparent picture', [300, 260], () => noise(300, 260).ensureAlpha(0).png().toBuffer()],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation): [string, [number, number], () => Promise<Buffer>] => [`a picture turned as EXIF ${orientation}`, orientation > 4 ? [260, 300] : [300, 260], () => noise(300, 260).withMetadata({ orientation }).jpeg().toBuffer()]),
];

async function through(make: () => Buffer | Promise<Buffer>): Promise<{ width: number; height: number } | string> {
  body = await make();
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const outcome = await readSource(rt, url).then(
    async ({ bytes, width, height }) => {
      const poster = await posterImage(bytes, { aspect: 'preserve' });
      expect(poster.width / poster.height).toBeCloseTo(width / height, 1);
      return { width, height };
    },
    (error: { code: string }) => error.code,
  );
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
  return outcome;
}

describe('a file that is no picture we take is refused, whatever it claims', () => {
  it.each(attacks)('%s', async (_name, outcome, make) => expect(await through(make)).toBe(outcome));
});

describe('an odd picture is taken, in bounded room and time', () => {
  it.each(oddities)('%s', async (_name, [width, height], make) => expect(await through(make)).toEqual({ width, height }));
});

it.each(['text/html', 'image/svg+xml', 'application/octet-stream', 'video/mp4', 'image/gif', ''])('the content counts, not that the server says %j', async (claimed) => {
  type = claimed;
  expect(await through(() => jpeg)).toEqual({ width: 300, height: 260 });
  expect(await through(() => text('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe(UNSUPPORTED);
});
