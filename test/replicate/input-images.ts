import { imageSize, openImage } from '@/lib/render/image-library';
import type { Files } from './files';
import type { Model } from './models';
import type { Input } from './types';

/** The words are of the libraries that such models use (PIL, requests). */
const NOT_AN_IMAGE = 'cannot identify image file';
const notThere = (url: string) => `404 Client Error: Not Found for url: ${url}`;

const imageFields = (model: Model) =>
  Object.entries(model.fields)
    .filter(([name, field]) => field.format === 'uri' && name.includes('image'))
    .map(([name]) => name);

/** A file input of a prediction: a data URI or an URL of our own file store. Others can't be reached from here. */
function resolve(uri: string, files: Files, apiUrl: string): Uint8Array | null {
  const inline = /^data:[^,]*?(;base64)?,/.exec(uri);
  if (inline) return Buffer.from(decodeURIComponent(uri.slice(inline[0].length)), inline[1] ? 'base64' : 'utf8');
  const id = uri.startsWith(`${apiUrl}/files/`) ? uri.slice(`${apiUrl}/files/`.length) : '';
  return files.bytes(id) ?? null;
}

export type ReadImages = (model: Model, input: Input) => Record<string, Uint8Array> | string;

/** The bytes of all images of an input, or why the model can't have them. `strict`: those out of reach are an error. */
export function makeReadImages(files: Files, apiUrl: string, strict: boolean): ReadImages {
  return (model, input) => {
    const images: Record<string, Uint8Array> = {};
    for (const name of imageFields(model)) {
      if (typeof input[name] !== 'string') continue;
      const bytes = resolve(input[name], files, apiUrl);
      if (bytes) images[name] = bytes;
      else if (strict) return notThere(input[name].slice(0, 200));
    }
    return images;
  };
}

/** Decodes every image in full; what the model would fail with, or undefined. */
export async function imageProblem(images: Record<string, Uint8Array> | string): Promise<string | undefined> {
  if (typeof images === 'string') return images;
  for (const [name, bytes] of Object.entries(images)) {
    try {
      await imageSize(bytes);
      await openImage(bytes).stats();
    } catch {
      return `${NOT_AN_IMAGE} '/tmp/${name}'`;
    }
  }
  return undefined;
}
