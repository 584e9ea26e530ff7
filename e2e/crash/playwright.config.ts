import path from 'node:path';
import { defineConfig } from '@playwright/test';

// Without a browser and without a server of its own: these tests start and kill theirs.
export default defineConfig({
  testDir: '.',
  outputDir: path.resolve('test-results', 'crash'),
  workers: 1,
  fullyParallel: true,
  timeout: 20 * 60_000,
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : 'list',
});
