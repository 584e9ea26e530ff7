import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/checks/chromium.mjs';
import { freePort } from './scripts/checks/free-port.mjs';

// Playwright reads this file in every process of a run; the first one decides.
const { env } = process;
env.CHROMIUM_PATH ??= (await findChromium()) ?? '';
env.E2E_PORT ??= String(await freePort());
if (!env.E2E_DATA_DIR) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'motioness-e2e-'));
  env.E2E_DATA_DIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}
const baseURL = `http://127.0.0.1:${env.E2E_PORT}`;

export default defineConfig({
  testDir: 'e2e',
  // Has a configuration of its own.
  testIgnore: 'crash/**',
  outputDir: 'test-results',
  // One server with one embedded database on two cores: side by side the tests would only wait for each other.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : 'list',
  use: {
    baseURL,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: env.CHROMIUM_PATH,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
  webServer: {
    command: `"${process.execPath}" server.mjs`,
    url: `${baseURL}/signin`,
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    stdout: 'ignore',
    env: { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: env.E2E_PORT, PUBLIC_URL: baseURL, DATA_DIR: env.E2E_DATA_DIR, LOG_LEVEL: 'warn' },
  },
});
