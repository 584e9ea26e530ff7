import { test } from '@playwright/test';
import { crashRun } from './crash-run';
import { KILLS, SEED } from './settings';

test(`${KILLS} kill -9 in a stream of regenerates on the embedded database lose nothing, double nothing, charge nothing wrongly`, async () => {
  await crashRun({ name: 'pglite', seed: SEED, kills: KILLS });
});
