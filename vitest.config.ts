import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// They start real edge servers: the step `edge` of `npm test`, or TEST_EDGE=1.
const WITH_EDGE_SERVERS = 'test/{varnish,proxies}/**';

const USES_A_DATABASE = /makeTestRuntime|TEST_DATABASE_URL|support\/pipeline|test-world|contract\/harness/;

/** The simulation takes longer than all others together: they run beside it, not before it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = sorted.filter(({ moduleId }) => moduleId.includes('/test/simulation/'));
    return [...long, ...sorted.filter((file) => !long.includes(file))];
  }
}

function databaseTests(): string[] {
  return ['app', 'inngest', 'lib', 'test']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/'))))
    .filter((file) => file.endsWith('.test.ts') && USES_A_DATABASE.test(readFileSync(file, 'utf8')));
}

// With TEST_DATABASE_URL the tests that use a database run on that PostgreSQL server; without it all run on PGlite.
export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname) } },
  test: {
    environment: 'node',
    include: process.env.TEST_DATABASE_URL ? databaseTests() : ['{app,components,embed,lib,inngest,prisma,worker,scripts,test}/**/*.test.{ts,tsx}'],
    exclude: [...configDefaults.exclude, ...(process.env.TEST_EDGE ? [] : [WITH_EDGE_SERVERS])],
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/support/no-surprises.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two even on two cores: many tests wait, and the simulation's own processes take what is left (they are niced).
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
    // The contract suite's cases wait for real time, so they wait together.
    maxConcurrency: 50,
  },
});
