import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Secrets this server made for itself, kept in the data folder, readable by its owner only. */
export interface Secrets {
  /** Signs session cookies when NEXTAUTH_SECRET is not set. */
  session: string;
  /** Signs the calls of the embedded engine. */
  engineSigningKey: string;
  demoPassword: string;
}

/** Reads the secrets, making them at the first start. */
export async function readSecrets(folder: string): Promise<Secrets> {
  const file = path.join(folder, 'secrets.json');
  await mkdir(folder, { recursive: true });
  const fresh: Secrets = {
    session: randomBytes(32).toString('hex'),
    engineSigningKey: `signkey-prod-${randomBytes(32).toString('hex')}`,
    demoPassword: randomBytes(9).toString('base64url'),
  };
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(fresh, null, 2));
    await handle.sync();
    await handle.close();
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { ...fresh, ...(JSON.parse(await readFile(file, 'utf8')) as Partial<Secrets>) };
  }
}
