import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
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

/** The files against the books: every clip whole and the one that viewers saw; nothing left of runs that have ended. */
export async function auditObjects(books: Books, dataDir: string, probes: Probe[]): Promise<string[]> {
  const wrong: string[] = [];
  const entries = await readGenerations(books);
  const posters = await books.query<{ poster_key: string | null }>('SELECT poster_key FROM assets');
  const objects = await listObjects(dataDir);
  const there = new Set(objects);
  const wanted = new Set([...entries.flatMap((entry) => [entry.clip_key, entry.poster_key]), ...posters.map((row) => row.poster_key)]);
  for (const key of objects) if (!key.startsWith('uploads/') && !wanted.has(key)) wrong.push(`nothing refers to the object ${key}`);

  for (const entry of entries.filter(({ status }) => status === 'succeeded')) {
    if (!there.has(entry.clip_key!) || !there.has(entry.poster_key!)) {
      wrong.push(`an object of generation ${entry.number} of ${entry.asset_id} is gone`);
      continue;
    }
    const bytes = await readFile(path.join(dataDir, 'objects', entry.clip_key!));
    if (bytes.byteLength !== entry.bytes) wrong.push(`${entry.clip_key} has ${bytes.byteLength} of ${entry.bytes} bytes`);
    const seen = probes.find((probe) => probe.asset.id === entry.asset_id)?.clips.get(entry.number);
    if (!seen) continue;
    if (seen.etag !== `"${entry.id}"`) wrong.push(`generation ${entry.number} of ${entry.asset_id} is ${entry.id}, and was served as ${seen.etag}`);
    if (seen.sha256 !== createHash('sha256').update(bytes).digest('hex')) wrong.push(`${entry.clip_key} is not what was served`);
  }
  for (const probe of probes) {
    const clips = new Set(entries.filter((entry) => entry.asset_id === probe.asset.id && entry.status === 'succeeded').map((entry) => entry.number));
    for (const number of probe.clips.keys()) if (!clips.has(number)) wrong.push(`generation ${number} of ${probe.asset.id} was served, and did not succeed`);
  }
  return wrong;
}
