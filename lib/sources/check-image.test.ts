import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkImage } from './check-image';

const picture = (width: number, height: number) => {
  const raw = Buffer.alloc(width * height * 3);
  for (let i = 0; i < raw.length; i++) raw[i] = (i * 7919) & 0xff;
  return sharp(raw, { raw: { width, height, channels: 3 } });
};

let png: Buffer, jpeg: Buffer, webp: Buffer;
beforeAll(async () => {
  png = await picture(300, 260).png().toBuffer();
  jpeg = await picture(300, 260).jpeg({ progressive: true }).toBuffer();
  webp = await picture(300, 260).webp().toBuffer();
});

const code = (expected: string, text?: string) => expect.objectContaining({ code: expected, ...(text ? { message: expect.stringContaining(text) } : {}) });
const chunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
};

describe('checkImage accepts', () => {
  it('png, jpeg and webp, by content', async () => {
    expect(await checkImage(png)).toEqual({ type: 'png', width: 300, height: 260 });
    expect(await checkImage(jpeg)).toEqual({ type: 'jpeg', width: 300, height: 260 });
    expect(await checkImage(webp)).toEqual({ type: 'webp', width: 300, height: 260 });
  });

  it('turns sides as EXIF says', async () => {
    const turned = await picture(400, 256).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await checkImage(turned)).toEqual({ type: 'jpeg', width: 256, height: 400 });
  });

  it('the first frame of an animated webp', async () => {
    const animated = await sharp([png, await picture(300, 260).negate().png().toBuffer()], { join: { animated: true } }).webp().toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    expect(await checkImage(animated)).toEqual({ type: 'webp', width: 300, height: 260 });
  });

  it('grey, palette, 16-bit, transparent and CMYK pictures', async () => {
    expect(await checkImage(await picture(300, 260).greyscale().png().toBuffer())).toMatchObject({ width: 300 });
    expect(await checkImage(await picture(300, 260).png({ palette: true }).toBuffer())).toMatchObject({ width: 300 });
    expect(await checkImage(await picture(300, 260).toColourspace('rgb16').png().toBuffer())).toMatchObject({ width: 300 });
    expect(await checkImage(await picture(300, 260).ensureAlpha(0.5).webp().toBuffer())).toMatchObject({ width: 300 });
    expect(await checkImage(await picture(300, 260).toColourspace('cmyk').jpeg().toBuffer())).toMatchObject({ width: 300 });
  });

  it('exactly 256 and exactly 4096 a side', async () => {
    expect(await checkImage(await picture(256, 4096).jpeg().toBuffer())).toMatchObject({ width: 256, height: 4096 });
  });

  it('what phones append: a video behind a jpeg', async () => {
    const video = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), Buffer.alloc(5000, 7)]);
    expect(await checkImage(Buffer.concat([jpeg, video]))).toMatchObject({ type: 'jpeg' });
  });
});

describe('checkImage refuses', () => {
  it('more than 10 MB', () => expect(checkImage(Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024)]))).rejects.toEqual(code('source_too_large', 'file exceeds 10 MB limit')));

  it('sides under 256 px', async () => {
    await expect(checkImage(await picture(255, 300).png().toBuffer())).rejects.toEqual(code('source_too_small'));
    await expect(checkImage(await picture(300, 1).png().toBuffer())).rejects.toEqual(code('source_too_small'));
  });

  it('sides over 4096 px', async () => expect(checkImage(await picture(4097, 256).png().toBuffer())).rejects.toEqual(code('source_unsupported', '4097')));

  it.each([
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"/>'],
    ['image/svg+xml', '\ufeff<?xml version="1.0"?>\n<!-- x --><svg/>'],
    ['image/gif', 'GIF89a'], ['application/pdf', '%PDF-1.7'], ['text/html', '<!doctype html><p>'], ['unknown', ''],
    ['unknown', 'hello'], ['video/mp4', '\0\0\0\x18ftypmp42'], ['image/avif', '\0\0\0\x18ftypavif'], ['image/heic', '\0\0\0\x18ftypheic'],
    ['image/tiff', 'II*\0'], ['image/bmp', 'BM'], ['unknown', 'RIFF\0\0\0\0WAVE'],
  ])('%s', (type, text) => expect(checkImage(Buffer.from(text.padEnd(64, ' ')))).rejects.toEqual(code('source_unsupported', `unsupported type: ${type}`)));

  it('files cut off anywhere', async () => {
    for (const [name, whole] of Object.entries({ png, jpeg, webp })) {
      for (const part of [0.02, 0.1, 0.5, 0.9, 0.99]) {
        await expect(checkImage(whole.subarray(0, Math.floor(whole.length * part))), `${name} ${part}`).rejects.toEqual(code('source_unsupported'));
      }
    }
  });

  it('a signature with nothing behind it', async () => {
    for (const whole of [png, jpeg, webp]) await expect(checkImage(whole.subarray(0, 12))).rejects.toEqual(code('source_unsupported'));
  });

  it('garbled pixels', async () => {
    const garbled = Buffer.from(png);
    garbled.fill(0xaa, 200, garbled.length - 100);
    await expect(checkImage(garbled)).rejects.toEqual(code('source_unsupported'));
  });

  it('a png that unfolds to 16384 x 16384', async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(16384, 0);
    header.writeUInt32BE(16384, 4);
    header.set([8, 0, 0, 0, 0], 8);
    const bomb = Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1024 * 1024))), chunk('IEND', Buffer.alloc(0))]);
    await expect(checkImage(bomb)).rejects.toEqual(code('source_unsupported'));
  });

  it('a png that says 300 x 300 and holds nothing', async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(300, 0);
    header.writeUInt32BE(300, 4);
    header.set([8, 2, 0, 0, 0], 8);
    await expect(checkImage(Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('IEND', Buffer.alloc(0))]))).rejects.toEqual(code('source_unsupported'));
  });

  it.each(['<script>alert(1)</script>', '<html><body>', '<svg onload=alert(1)>', '<?php system(1);', '%PDF-1.7', 'PK\x03\x04rest', 'MZ\x90\0', '\x7fELF'])(
    'a picture with %j behind it',
    async (tail) => {
      for (const whole of [png, jpeg, webp]) {
        await expect(checkImage(Buffer.concat([whole, Buffer.from(tail, 'latin1')]))).rejects.toEqual(code('source_unsupported', 'behind'));
      }
    },
  );

  it('a picture that is a zip to a zip reader', async () => {
    const directory = Buffer.alloc(22);
    directory.write('PK\x05\x06', 'latin1');
    await expect(checkImage(Buffer.concat([jpeg, Buffer.from('noise'), directory]))).rejects.toEqual(code('source_unsupported', 'behind'));
  });
});
