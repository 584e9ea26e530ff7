import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { Figures } from '../figures';
import type { Failure, FromShard, ToShard } from './shard';

export interface Simulated {
  histories: number;
  figures: Figures;
  failure: Failure | null;
  seconds: number;
}

interface Options {
  seed: string;
  histories: number;
  /** Empty for a PGlite of each process's own. */
  databaseUrls: string[];
}

const SHARD = path.join(import.meta.dirname, 'shard.ts');
const AT_ONCE = 25;
/** The young generation of V8's heap, in MB: histories leave much behind, and at once. */
const YOUNG_MB = 64;

/** Plays histories 0 to n in as many processes as there are cores, until one fails. */
export async function simulate({ seed, histories, databaseUrls }: Options): Promise<Simulated> {
  const startedAt = performance.now();
  const figures = new Figures();
  let next = 0;
  let played = 0;
  let failure: Failure | null = null;
  const count = databaseUrls.length || os.availableParallelism();
  const shards = Array.from({ length: count }, (_, i) => start(databaseUrls[i]));

  await Promise.all(
    shards.map(
      (shard) =>
        new Promise<void>((resolve, reject) => {
          shard.on('exit', (code, signal) => (code || (signal && signal !== 'SIGTERM') ? reject(new Error(`a process of the simulation ended with ${signal ?? code}`)) : resolve()));
          shard.on('message', (message: FromShard) => {
            if ('played' in message) {
              played += message.played;
              figures.merge(message.figures);
            } else if ('failure' in message) {
              failure ??= message.failure;
              for (const one of shards) one.kill();
            } else if (next >= histories) {
              shard.kill();
            } else {
              const numbers = Array.from({ length: Math.min(AT_ONCE, histories - next) }, () => next++);
              shard.send({ seed, numbers } satisfies ToShard);
            }
          });
        }),
    ),
  );
  return { histories: played, figures, failure, seconds: (performance.now() - startedAt) / 1000 };
}

function start(databaseUrl: string | undefined): ChildProcess {
  const child = fork(SHARD, { execArgv: ['--import', 'tsx', `--max-semi-space-size=${YOUNG_MB}`], env: { ...process.env, SIM_DATABASE_URL: databaseUrl ?? '' } });
  // Tests beside it must not wait for it.
  os.setPriority(child.pid!, 10);
  return child;
}
