import { ulid } from 'ulid';
import type { Runtime } from '../runtime';
import { uploadObject } from '../sources/canonical-source';
import { checkImage } from '../sources/check-image';
import { extensionOf, mimeOf } from '../sources/sniff-type';
import { sourceAnswer } from '../sources/source-answer';
import { uploadUrl } from '../sources/source-url';

export interface StoredUpload {
  /** Public and permanent. */
  url: string;
  /** `uploads/usr_…/file.ext` */
  key: string;
  width: number;
  height: number;
}

/**
 * Keeps an image as a user's upload, under a fresh name whatever was uploaded before.
 * @throws ApiError 400 too small, 413 too large, 415 not a whole png, jpeg or webp
 */
export async function storeUpload(rt: Runtime, userId: string, { name, bytes }: { name: string; bytes: Uint8Array }): Promise<StoredUpload> {
  const { type, width, height } = await checkImage(bytes).catch((error) => {
    throw sourceAnswer(error);
  });
  const now = rt.clock.now();
  const key = `${userId}/${ulid(now).toLowerCase()}.${extensionOf[type]}`;
  const object = uploadObject(key);
  await rt.storage.put(object, bytes, mimeOf[type]);
  try {
    await rt.db.upload.create({ data: { key, userId, name, contentType: mimeOf[type], bytes: bytes.byteLength, width, height, createdAt: new Date(now) } });
  } catch (error) {
    // Without its row nobody could use or ever delete the object.
    await rt.storage.delete(object);
    throw error;
  }
  return { url: uploadUrl(rt, key), key: object, width, height };
}
