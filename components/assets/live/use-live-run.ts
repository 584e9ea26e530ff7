'use client';
import { useEffect, useState } from 'react';
import { mutate } from 'swr';
import { paths } from '../../api-client';
import type { Asset } from '../../api-types';
import { refreshAsset } from '../asset-store';
import { watchAsset } from './event-streams';
import { stageWords } from './stage-words';

export interface LiveRun {
  generation: number;
  stage: string;
  /** 0..1 of the whole run, null while not known. */
  part: number | null;
  secondsLeft: number | null;
}

interface Heard {
  generation: number;
  stage: string | null;
  fraction: number | null;
  endsAt: number | null;
}

const ended = new Set(['ready', 'failed', 'cancelled']);
const firstStage: Record<string, string> = { vision_started: 'vision' };

/** Follows an asset's run in flight: what to show now; when it ends the asset is read anew. */
export function useLiveRun(asset: Asset): LiveRun | null {
  const [heard, setHeard] = useState<Heard | null>(null);
  const [now, setNow] = useState(() => Date.now());
  const flight = asset.in_flight;
  const flying = flight !== null;

  useEffect(() => {
    if (!flying) return;
    const stop = watchAsset(asset.id, (event) => {
      if (ended.has(event.name)) {
        void refreshAsset(asset.id);
        void mutate(paths.me);
        return;
      }
      setHeard((before) => {
        const same = before?.generation === event.generation ? before : null;
        return {
          generation: event.generation,
          stage: event.stage ?? firstStage[event.name] ?? same?.stage ?? null,
          fraction: event.fraction ?? same?.fraction ?? null,
          endsAt: event.eta_ms === undefined ? (same?.endsAt ?? null) : Date.now() + event.eta_ms,
        };
      });
    });
    const ticker = setInterval(() => setNow(Date.now()), 500);
    return () => {
      stop();
      clearInterval(ticker);
    };
  }, [asset.id, flying]);

  if (!flight) return null;
  const mine = heard?.generation === flight.generation ? heard : null;
  const left = mine?.endsAt ? Math.max(0, mine.endsAt - now) / 1000 : flight.eta_seconds || null;
  return {
    generation: flight.generation,
    stage: stageWords(mine?.stage ?? flight.stage),
    part: mine?.fraction ?? null,
    secondsLeft: left === null ? null : Math.ceil(left),
  };
}

/** "42 %, 3 s left", as far as it is known. */
export function runText(run: LiveRun) {
  const percent = run.part === null ? null : `${Math.round(run.part * 100)}%`;
  const left = run.secondsLeft === null ? null : run.secondsLeft > 0 ? `${run.secondsLeft} s left` : 'almost done';
  return [percent, left].filter(Boolean).join(' · ');
}
