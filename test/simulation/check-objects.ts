import { GRACE_MS } from '@/lib/generation/finalize-generation';
import type { MemoryStorage } from './memory-storage';
import type { AssetRow, GenerationRow, Snapshot } from './snapshot';
import { must } from './violation';

/** Which generation a prediction was made for, and for which stage. */
export type OriginOf = (predictionId: string) => { generationId: string; stage: string } | undefined;

/** What is served is whole and the right generation's; what was served stays until nobody can be reading it. */
export function checkObjects(snapshot: Snapshot, storage: MemoryStorage, originOf: OriginOf, nowMs: number): void {
  for (const asset of snapshot.assets) {
    const rows = snapshot.generations.filter(({ asset_id, status }) => asset_id === asset.id && status === 'succeeded');
    const current = rows.find(({ id }) => id === asset.current_generation_id);
    must(current !== undefined || asset.current_generation_id === null, 'the pointer is at a clip of its asset', () => asset.id);
    if (current) checkCurrent(asset, current, storage, originOf);
    rows.slice(0, -1).forEach((row, i) => {
      const replacedAt = rows[i + 1]!.finished!;
      const there = storage.objects.has(row.clip_key!) && storage.objects.has(row.poster_key!);
      must(there || nowMs >= replacedAt + GRACE_MS, 'no stream is cut', () => `${row.clip_key} is gone before its time`);
    });
  }
}

function checkCurrent(asset: AssetRow, row: GenerationRow, storage: MemoryStorage, originOf: OriginOf): void {
  const clip = storage.objects.get(row.clip_key!)?.bytes;
  must(clip !== undefined && clip.byteLength === row.bytes, 'the pointer is at a whole clip', () => `${row.clip_key}: ${clip?.byteLength} of ${row.bytes} bytes`);
  must(storage.objects.has(row.poster_key!) && asset.poster_key === row.poster_key, 'the poster is the clip’s', () => `${asset.poster_key}, not ${row.poster_key}`);
  const text = Buffer.from(clip).toString();
  const origins = [...text.matchAll(/<output of (\w+)>/g)].map(([, id]) => originOf(id!));
  const segments = [...text.matchAll(/clip (whole|forward|back) (\d+)/g)];
  const stages = row.mode === 'loop' ? ['stage1', 'stage2'] : ['single'];
  const hosted = origins.map((origin) => `${origin?.generationId} ${origin?.stage}`).join() === stages.map((stage) => `${row.id} ${stage}`).join();
  const local = segments.length === stages.length && segments.every(([, , seed]) => Number(seed) === row.seed);
  must(hosted || local, 'a clip is made of its own generation’s parts', () => `${row.id} (${row.mode}): ${text}`);
}
