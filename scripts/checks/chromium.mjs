// Finds a Chromium for the browser tests, without asking anybody to install one by hand.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../setup/run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
];

/**
 * The path of a Chromium: the one CHROMIUM_PATH names, one of the system's, or Playwright's own, fetched if it can be.
 * @returns {Promise<string | null>}
 */
export async function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  const found = [...onPath, ...places].find((file) => existsSync(file));
  if (found) return found;
  const { chromium } = await import('@playwright/test');
  if (!existsSync(chromium.executablePath())) {
    await run(process.execPath, [path.resolve('node_modules/playwright/cli.js'), 'install', 'chromium'], { quiet: true });
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
