import type { Page } from '@playwright/test';
import { makeAsset, signUp } from './support/account';
import { regenerate } from './support/player';
import { expect, test } from './support/test';

const cancelButton = (page: Page) => page.getByRole('button', { name: 'Cancel run' });
const history = (page: Page) => page.getByRole('region', { name: 'Generation history' }).getByRole('row');

/** An asset's page, with the given number of runs that are long enough to be cancelled. */
async function openRunning(page: Page, runs: number): Promise<string> {
  await signUp(page.request);
  const { id } = await makeAsset(page.request, { width: 640, height: 360 });
  await page.goto(`/dashboard/assets/${id}`);
  await expect(history(page).filter({ hasText: 'Served now' })).toBeVisible();
  for (let run = 0; run < runs; run += 1) await regenerate(page.request, id, { dur_seconds: 8 });
  return id;
}

test('a double click cancels one run with one call, and the run behind it goes on', async ({ page }) => {
  const calls: string[] = [];
  page.on('request', (request) => request.url().endsWith('/cancel') && calls.push(request.url()));
  await openRunning(page, 2);
  await cancelButton(page).dblclick();

  await expect(history(page).filter({ hasText: 'Served now' })).toContainText(/^3/, { timeout: 60_000 });
  await expect(history(page).filter({ hasText: 'Cancelled' })).toContainText(/^2/);
  expect(calls).toHaveLength(1);
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
});

test('a run that ended before the cancel came is no error to show', async ({ page, expectErrors }) => {
  expectErrors(/status of 409/);
  const id = await openRunning(page, 1);
  const refused = page.waitForResponse((answer) => answer.url().endsWith('/cancel') && answer.status() === 409);
  await page.route('**/cancel', async (route) => {
    expect((await page.request.post(`/api/assets/${id}/cancel`)).status()).toBe(200);
    await route.continue();
  });
  const readAgain = refused.then(() => page.waitForResponse((answer) => answer.url().endsWith(`/api/assets/${id}`)));
  await cancelButton(page).click();
  await readAgain;

  await expect(cancelButton(page)).toBeHidden();
  await expect(history(page).filter({ hasText: 'Cancelled' })).toContainText(/^2/);
  // How the run ended stands there, and nothing else.
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(1);
});
