/** What every store can do. Keys are `/`-separated names of [A-Za-z0-9._-]; an object never changes once it is there. */
export interface Storage {
  /**
   * Writes a whole object, visible only when complete, unless there is one of this name: the first stays, so that a step
   * that runs twice (after a crash, or in two processes) finds what it left.
   * @returns whether the object holds these bytes: false when an earlier writer's are others.
   */
  put(key: string, body: Uint8Array, contentType: string): Promise<boolean>;
  /** Size in bytes, or null when there is no such object. */
  size(key: string): Promise<number | null>;
  /**
   * Bytes `start`..`end` (both included, both within the object); the whole object without a range. Whoever does not read
   * to the end must cancel.
   * @throws ObjectMissing
   */
  read(key: string, range?: ObjectRange): Promise<ReadableStream<Uint8Array>>;
  /** @throws ObjectMissing */
  readAll(key: string): Promise<Uint8Array>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
}

export interface ObjectRange {
  start: number;
  end: number;
}

export class ObjectMissing extends Error {
  override name = 'ObjectMissing';
  constructor(readonly key: string) {
    super(`no object ${key}`);
  }
}

/** Recognises an ObjectMissing of any copy of this module (bundlers may duplicate it). */
export function isObjectMissing(error: unknown): error is ObjectMissing {
  return error instanceof Error && error.name === 'ObjectMissing';
}

/** The store failed or refused. `variable` is the one of the environment to look at, where there is one. */
export class StorageError extends Error {
  override name = 'StorageError';
  constructor(
    readonly text: string,
    readonly variable: string | null = null,
    /** Of the store's answer, when it gave one. */
    readonly status: number | null = null,
  ) {
    super(variable === null ? text : `${variable}: ${text}`);
  }
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Refuses a key that could leave the store's folder, or means another object elsewhere. */
export function checkKey(key: string): string {
  if (key.length > 512 || !KEY.test(key)) throw new Error(`unsafe object key ${JSON.stringify(key.slice(0, 600))}`);
  return key;
}

/** @throws RangeError for a range that is none, or does not lie within `size` bytes. */
export function checkRange({ start, end }: ObjectRange, size = Infinity): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || end < start || end >= size) throw new RangeError(`bytes ${start}-${end} do not lie within the object`);
}
