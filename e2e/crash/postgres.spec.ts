import { test } from '@playwright/test';
import { findPostgres, startPostgres } from '../../scripts/checks/postgres.mjs';
import { crashRun } from './crash-run';
import { KILLS, SEED } from './settings';

const bin = findPostgres();

test(`${KILLS} kill -9 of one or both of two servers on one PostgreSQL lose nothing, double nothing, charge nothing wrongly`, async () => {
  test.skip(!bin, 'no PostgreSQL (initdb, pg_ctl) on this machine');
  const postgres = await startPostgres(bin!);
  try {
    await crashRun({ name: 'postgres', seed: SEED, kills: KILLS, databaseUrl: postgres.url });
  } finally {
    await postgres.stop();
  }
});
