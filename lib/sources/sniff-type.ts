export type ImageType = 'png' | 'jpeg' | 'webp';

export const mimeOf: Record<ImageType, string> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' };
export const extensionOf: Record<ImageType, string> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

const SIGNATURES: Array<[name: string, offset: number, hex: string]> = [
  ['image/png', 0, '89504e470d0a1a0a'],
  ['image/jpeg', 0, 'ffd8ff'],
  ['image/gif', 0, '47494638'],
  ['image/bmp', 0, '424d'],
  ['image/tiff', 0, '49492a00'],
  ['image/tiff', 0, '4d4d002a'],
  ['image/jxl', 0, '0000000c4a584c20'],
  ['image/vnd.adobe.photoshop', 0, '38425053'],
  ['application/pdf', 0, '25504446'],
  ['application/zip', 0, '504b0304'],
  ['video/webm', 0, '1a45dfa3'],
  ['image/avif', 4, '6674797061766966'],
  ['image/heic', 4, '6674797068656963'],
  ['image/heic', 4, '667479706d696631'],
  ['video/mp4', 4, '66747970'],
];

/** The media type that the first bytes tell; names and declared types don't count. `unknown` when they tell nothing. */
export function sniffType(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512));
  if (head.toString('latin1', 0, 4) === 'RIFF') return head.toString('latin1', 8, 12) === 'WEBP' ? 'image/webp' : 'unknown';
  for (const [type, offset, hex] of SIGNATURES) if (head.toString('hex', offset, offset + hex.length / 2) === hex) return type;
  const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart().toLowerCase();
  if (text.startsWith('<svg') || (text.startsWith('<?xml') && text.includes('<svg'))) return 'image/svg+xml';
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'text/html';
  return 'unknown';
}
