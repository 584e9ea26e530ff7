import { open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createDurably, hasCode } from './durable-file';
import { checkKey, checkRange, ObjectMissing, type Storage } from './storage';

/** No file, or a folder, or a file where its folder would be: there is no such object either way. */
const missing = (error: unknown) => hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ERR_FS_EISDIR');

/** Objects as files below `root`, each written aside, synced and then named: a reader never sees half an object. */
export function fileStorage(root: string): Storage {
  const fileOf = (key: string) => path.join(root, checkKey(key));
  const orMissing = (key: string) => (error: unknown) => {
    throw missing(error) ? new ObjectMissing(key) : error;
  };
  const readAll = async (key: string): Promise<Uint8Array> => readFile(fileOf(key)).catch(orMissing(key));

  return {
    async put(key, body) {
      return (await createDurably(root, fileOf(key), body)) || Buffer.compare(await readAll(key), body) === 0;
    },

    async size(key) {
      const found = await stat(fileOf(key)).catch((error: unknown) => {
        if (missing(error)) return null;
        throw error;
      });
      return found?.isFile() ? found.size : null;
    },

    async read(key, range) {
      const file = await open(fileOf(key), 'r').catch(orMissing(key));
      try {
        const found = await file.stat();
        if (!found.isFile()) throw new ObjectMissing(key);
        if (range) checkRange(range, found.size);
        return Readable.toWeb(file.createReadStream(range)) as ReadableStream<Uint8Array>;
      } catch (error) {
        await file.close();
        throw error;
      }
    },

    readAll,

    async delete(key) {
      await rm(fileOf(key), { force: true }).catch((error: unknown) => {
        if (!missing(error)) throw error;
      });
    },
  };
}
