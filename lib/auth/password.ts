import { hash, verify } from '@node-rs/argon2';
import { rateLimited } from '../http/rate-limit';

/** OWASP's argon2id: 19 MiB, two passes, one lane. About 25 ms of one core. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes run on libuv's four threads, which files and DNS need too: never take more than half. */
const PARALLEL = 2;
/** More waiting than this is a flood: about four seconds of work. */
const WAITING = 128;

/** The hash of a random password nobody knows, made with COST: what an unknown e-mail is compared with. */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$d7forOqChxkpS/f0btlclQ$cSbHQ4dPTMvcxjbYTW0H1K3txWPyA8g9lGiTf9bU/d8';

interface Gate {
  running: number;
  waiting: Array<() => void>;
}
// On globalThis, because bundlers load this module more than once and the threads are shared.
const slot = globalThis as unknown as Record<symbol, Gate | undefined>;
const gate = (): Gate => (slot[Symbol.for('motioness.password-gate')] ??= { running: 0, waiting: [] });

/** The argon2id hash to store. @throws ApiError 429 when too many passwords are being hashed. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFC'), COST));
}

/**
 * Compares a password with a stored hash. Without one (unknown e-mail, OAuth-only account) it takes the same time
 * and is false. @throws ApiError 429 when too many passwords are being hashed.
 */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const fits = await inTurn(() => verify(stored ?? DUMMY_HASH, password.normalize('NFC')));
  return fits && Boolean(stored);
}

/** Runs at most PARALLEL pieces of work at once; the rest wait their turn, first come, first served. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const door = gate();
  if (door.running >= PARALLEL) {
    if (door.waiting.length >= WAITING) throw rateLimited(1000);
    await new Promise<void>((enter) => door.waiting.push(enter)); // the one who leaves hands its place over
  } else {
    door.running += 1;
  }
  try {
    return await work();
  } finally {
    const next = door.waiting.shift();
    if (next) next();
    else door.running -= 1;
  }
}
