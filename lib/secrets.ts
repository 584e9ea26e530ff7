import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createDurably } from './storage/durable-file';

/** Secrets this server made for itself, kept in the data folder, readable by its owner only. */
export interface Secrets {
  /** Signs session cookies when NEXTAUTH_SECRET is not set. */
  session: string;
  /** Signs the calls of the embedded engine. */
  engineSigningKey: string;
  demoPassword: string;
}

/**
 * Reads the secrets, making them at the first start. Several servers may start at once, and one may be killed while it
 * writes: the file is whole or not there.
 * @throws when the file is damaged
 */
export async function readSecrets(folder: string): Promise<Secrets> {
  const file = path.join(folder, 'secrets.json');
  const fresh: Secrets = {
    session: randomBytes(32).toString('hex'),
    engineSigningKey: `signkey-prod-${randomBytes(32).toString('hex')}`,
    demoPassword: randomBytes(9).toString('base64url'),
  };
  if (await createDurably(folder, file, Buffer.from(JSON.stringify(fresh, null, 2)), { mode: 0o600 })) return fresh;
  return { ...fresh, ...parse(file, await readFile(file, 'utf8')) };
}

function parse(file: string, text: string): Partial<Secrets> {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found;
  } catch {
    // Said below.
  }
  throw new Error(`${file} is damaged. Restore it, or remove it: then new secrets are made, and everybody has to sign in again.`);
}
