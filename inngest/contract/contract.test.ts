/**
 * The contract suite. With nothing in the environment it runs on the embedded engine, on PGlite, or on PostgreSQL with
 * TEST_DATABASE_URL; `npm test` does both. With the product's INNGEST_* variables it runs on the Inngest server they name (docs/inngest.md).
 */
import { describe } from 'vitest';
import { databases } from '../engine/contract/harness';
import { contractCases } from './cases';
import { embeddedWorld } from './worlds/embedded';
import { serverWorld } from './worlds/server';
import { serverSettings } from './worlds/settings';

const server = serverSettings(process.env);

if (server) {
  describe('the Inngest server of the environment', () => contractCases(() => serverWorld(server), server.limits.endMs * 2));
} else {
  // PGlite has its turn where no PostgreSQL is named; both take long.
  describe.each(databases.slice(-1))('the embedded engine on $name', ({ open }) => contractCases(() => embeddedWorld(open), 60_000));
}
