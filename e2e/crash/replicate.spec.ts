import { test } from '@playwright/test';
import { findPostgres, startPostgres } from '../../scripts/checks/postgres.mjs';
import { crashRun } from './crash-run';
import { KILLS, SEED } from './settings';
import { auditPredictions, startStandIn, stir } from './stand-in';

const bin = findPostgres();

test(`${KILLS} kill -9 of one or both of two servers make no second prediction for a stage at the model service`, async () => {
  test.skip(!bin, 'no PostgreSQL (initdb, pg_ctl) on this machine');
  const postgres = await startPostgres(bin!);
  const service = await startStandIn();
  try {
    await crashRun({
      name: 'replicate',
      seed: SEED,
      kills: KILLS,
      databaseUrl: postgres.url,
      env: service.env,
      beside: (over, dice) => stir(service, dice, over),
      alsoCheck: (books) => auditPredictions(books, service),
    });
  } finally {
    await service.close();
    await postgres.stop();
  }
});
