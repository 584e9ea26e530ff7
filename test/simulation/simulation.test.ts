import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeDatabase } from '../support/test-runtime';
import { openGround } from './database/open';
import { drawHistory } from './draw/draw-history';
import type { History } from './history';
import { playHistory } from './play-history';
import { simulate } from './run/simulate';
import { tellCommand, tellFailure, tellHistory } from './run/tell';

const server = process.env.TEST_DATABASE_URL;
const { SIM_SEED: seed = String(randomInt(1_000_000_000)), SIM_HISTORIES, SIM_HISTORY, SIM_PLAY } = process.env;
const histories = Number(SIM_HISTORIES ?? (server ? 400 : 10_000));
const LIMIT_MS = 30 * 60_000;

/** One history, told as it goes. */
async function playOne(history: History): Promise<void> {
  const database = server ? await makeDatabase(server) : null;
  const ground = await openGround(database?.url);
  const { violation } = await playHistory(ground, history, 'one', (command, { world }) =>
    console.log(new Date(world.clock.now()).toISOString(), command === 'drain' ? 'everything comes to its end' : tellCommand(command).join('\n')),
  );
  await ground.close();
  await database?.drop();
  if (violation) throw violation;
}

it.runIf(SIM_PLAY || SIM_HISTORY)('the product does as the model does in the history asked for', async () => {
  const history = SIM_PLAY ? (JSON.parse(SIM_PLAY) as History) : drawHistory(seed, Number(SIM_HISTORY));
  console.log(tellHistory(history).join('\n'));
  await playOne(history);
}, LIMIT_MS);

it.skipIf(SIM_PLAY || SIM_HISTORY)(`the product does as the model does in ${histories} histories of calls, crashes, retries and time`, async () => {
  console.log(`SIM_SEED=${seed} SIM_HISTORIES=${histories}`);
  const databases = server ? [await makeDatabase(server), await makeDatabase(server)] : [];
  const done = await simulate({ seed, histories, databaseUrls: databases.map(({ url }) => url) }).finally(() => Promise.all(databases.map(({ drop }) => drop())));
  console.log(`${done.histories} histories of seed ${seed} in ${done.seconds.toFixed(0)} s; per 10,000:\n${done.figures.table(done.histories)}`);
  if (done.failure) throw new Error(tellFailure(seed, done.failure));
  expect(done.histories).toBe(histories);
}, LIMIT_MS);
