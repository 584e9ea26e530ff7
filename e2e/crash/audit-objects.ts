import { createHash } from 'node:crypto';
import { readdir, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { readGenerations } from './audit';
import type { Books } from './books';
import type { Probe } from './probe';

/** Every object's key. */
export async function listObjects(dataDir: string): Promise<string[]> {
  const root = path.join(dataDir, 'objects');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

/** Lets hours go by for what killed writers left half written: the next start may take it away. */
export async function ageParts(dataDir: string): Promise<void> {
  const parts = path.join(dataDir, 'objects', '.parts');
  const before = new Date(Date.now() - 2 * 3_600_000);
  for (const name of await readdir(parts)) await utimes(path.join(parts, name), before, before);
}

/**
 * The files against the books, once the grace time is over: the clip and poster each asset shows, whole and as viewers
 * saw it; the uploads; and not one object more.
 */
export async function auditObjects(books: Books, dataDir: string, probes: Probe[]): Promise<string[]> {
  const wrong: string[] = [];
  const entries = await readGenerations(books);
  const posters = await books.query<{ poster_key: string | null }>('SELECT poster_key FROM assets');
  const objects = await listObjects(dataDir);
  const current = entries.filter((entry) => entry.is_current);
  const wanted = new Set([...current.flatMap((entry) => [entry.clip_key, entry.poster_key]), ...posters.map((row) => row.poster_key)]);
  for (const key of objects) if (!key.startsWith('uploads/') && !wanted.has(key)) wrong.push(`nothing shows the object ${key}`);
  for (const key of wanted) if (key && !objects.includes(key)) wrong.push(`the object ${key} is gone`);

  for (const entry of current) {
    const bytes = await readFile(path.join(dataDir, 'objects', entry.clip_key!));
    if (bytes.byteLength !== entry.bytes) wrong.push(`${entry.clip_key} has ${bytes.byteLength} of ${entry.bytes} bytes`);
    const seen = probes.find((probe) => probe.asset.id === entry.asset_id)?.clips.get(entry.number);
    if (seen && seen.sha256 !== createHash('sha256').update(bytes).digest('hex')) wrong.push(`${entry.clip_key} is not what was served`);
  }
  for (const probe of probes) {
    for (const [number, seen] of probe.clips) {
      const entry = entries.find((one) => one.asset_id === probe.asset.id && one.number === number);
      if (entry?.status !== 'succeeded') wrong.push(`generation ${number} of ${probe.asset.id} was served, and is ${entry?.status}`);
      else if (seen.etag !== `"${entry.id}"`) wrong.push(`generation ${number} of ${entry.asset_id} is ${entry.id}, and was served as ${seen.etag}`);
    }
  }
  return wrong;
}
