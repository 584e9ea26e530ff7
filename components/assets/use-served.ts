'use client';
import { useEffect, useState } from 'react';
import { localPath } from '../format';

/**
 * A URL whose bytes change with the generation, as something an element can show.
 *
 * A document keeps one URL's picture or clip in memory and shows it again without asking, in new elements too, whatever
 * its Cache-Control says. So the first generation seen of a URL is shown as it is; a later one is fetched into a
 * blob URL, once for all who show it. Until it is here the old one stays.
 */
const firstSeen = new Map<string, number>();
const fetched = new Map<string, { generation: number; url: string }>();
const coming = new Map<string, Promise<void>>();

const TRIES = 8;
const PAUSE_MS = 600;

/** Fetches a generation's bytes; an edge that is not purged yet may answer with the one before for a moment. */
async function fetchGeneration(path: string, generation: number): Promise<Blob | null> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const answer = await fetch(path, { cache: 'reload' });
    const named = Number(answer.headers.get('X-Motioness-Generation') ?? generation);
    if (answer.status === 200 && named >= generation) return answer.blob();
    await answer.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}

async function bring(path: string, generation: number) {
  const blob = await fetchGeneration(path, generation);
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  const old = fetched.get(path);
  fetched.set(path, { generation, url });
  if (old) setTimeout(() => URL.revokeObjectURL(old.url), 10_000);
}

function bringOnce(path: string, generation: number) {
  const key = `${generation} ${path}`;
  const known = coming.get(key) ?? bring(path, generation).catch(() => {}).finally(() => coming.delete(key));
  coming.set(key, known);
  return known;
}

export function useServed(url: string | null, generation: number | null, wanted = true): string | null {
  const path = url && localPath(url);
  const number = generation ?? 0;
  const [, setTurn] = useState(0);
  if (path && wanted && !firstSeen.has(path)) firstSeen.set(path, number);
  const fresh = path ? fetched.get(path) : undefined;
  const stale = Boolean(path) && wanted && fresh?.generation !== number && (fresh !== undefined || firstSeen.get(path!) !== number);

  useEffect(() => {
    if (!stale || !path) return;
    let gone = false;
    void bringOnce(path, number).then(() => !gone && setTurn((turn) => turn + 1));
    return () => {
      gone = true;
    };
  }, [stale, path, number]);

  return fresh?.url ?? path;
}
