import { checkKey, checkRange, ObjectMissing, type Storage } from '@/lib/storage/storage';

export interface StoredObject {
  bytes: Uint8Array;
  /** When it was written. */
  atMs: number;
}

/** Objects in memory, as strict as the real stores: made once, never changed. */
export class MemoryStorage implements Storage {
  readonly objects = new Map<string, StoredObject>();

  constructor(private readonly now: () => number) {}

  async put(key: string, body: Uint8Array): Promise<boolean> {
    const found = this.objects.get(checkKey(key));
    if (found) return Buffer.compare(found.bytes, body) === 0;
    this.objects.set(key, { bytes: Uint8Array.from(body), atMs: this.now() });
    return true;
  }

  async size(key: string): Promise<number | null> {
    return this.objects.get(checkKey(key))?.bytes.byteLength ?? null;
  }

  async read(key: string, range?: { start: number; end: number }): Promise<ReadableStream<Uint8Array>> {
    const bytes = await this.readAll(key);
    if (range) checkRange(range, bytes.byteLength);
    return new Blob([Uint8Array.from(range ? bytes.subarray(range.start, range.end + 1) : bytes)]).stream();
  }

  async readAll(key: string): Promise<Uint8Array> {
    const found = this.objects.get(checkKey(key));
    if (!found) throw new ObjectMissing(key);
    return found.bytes;
  }

  async delete(key: string): Promise<void> {
    this.objects.delete(checkKey(key));
  }
}
