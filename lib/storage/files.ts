import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { checkKey, ObjectMissing, type Storage } from './storage';

const missing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Objects as files below `root`. Written aside, synced, then renamed: a reader never sees half an object. */
export function fileStorage(root: string): Storage {
  const fileOf = (key: string) => path.join(root, checkKey(key));

  async function sizeOf(key: string): Promise<number | null> {
    try {
      return (await stat(fileOf(key))).size;
    } catch (error) {
      if (missing(error)) return null;
      throw error;
    }
  }

  return {
    size: sizeOf,

    async put(key, body) {
      const file = fileOf(key);
      await mkdir(path.dirname(file), { recursive: true });
      const aside = `${file}.${randomBytes(6).toString('hex')}.part`;
      try {
        const handle = await open(aside, 'wx');
        try {
          await handle.writeFile(body);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(aside, file);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
      const folder = await open(path.dirname(file), 'r');
      await folder.sync().finally(() => folder.close());
    },

    async read(key, range) {
      if ((await sizeOf(key)) === null) throw new ObjectMissing(key);
      return Readable.toWeb(createReadStream(fileOf(key), range)) as ReadableStream<Uint8Array>;
    },

    async readAll(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        if (missing(error)) throw new ObjectMissing(key);
        throw error;
      }
    },

    async delete(key) {
      await rm(fileOf(key), { force: true });
    },
  };
}
