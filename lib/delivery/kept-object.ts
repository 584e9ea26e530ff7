import { transaction } from '../database/transaction';
import { addMessage } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { isObjectMissing } from '../storage/storage';

/** What can be made again is kept for a day, and made again when somebody still asks for it. */
const KEPT_MS = 86_400_000;

/** An object that `make` makes when it isn't there. */
export async function keptObject(rt: Runtime, key: string, contentType: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await rt.storage.readAll(key);
  } catch (error) {
    if (!isObjectMissing(error)) throw error;
  }
  const bytes = await make();
  const nowMs = rt.clock.now();
  // The intent first: a crash leaves a deletion of nothing, not an object that nobody deletes.
  await transaction(rt, (tx, wake) => addMessage(tx, wake, `expire/${key}/${nowMs}`, { kind: 'objects.delete', keys: [key] }, nowMs + KEPT_MS));
  await rt.storage.put(key, bytes, contentType);
  return bytes;
}
