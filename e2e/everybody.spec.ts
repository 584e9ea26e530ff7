import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { makeAsset, signUp, untilGeneration } from './support/account';
import { cards, movement, openRegenerate, regenerateDialog } from './support/dashboard';
import { expect, test } from './support/test';

/** What axe calls serious or critical. */
async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('; ')}`);
}

/** Fading in changes contrast; look when it is done. */
const settled = (page: Page) =>
  page.waitForFunction(() => document.getAnimations().every((it) => it.playState !== 'running' || it.effect?.getComputedTiming().iterations === Infinity));

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no serious barriers on any page, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const look = async (what: string) => {
      await settled(page);
      expect(await violations(page), what).toEqual([]);
    };
    for (const path of ['/', '/signin', '/signup']) {
      await page.goto(path);
      await look(path);
    }
    await signUp(page.request);
    await page.goto('/dashboard');
    await expect(page.getByText('Drop an image here')).toBeVisible();
    await look('the empty dashboard');
    const { id } = await makeAsset(page.request);
    await page.goto('/dashboard');
    await expect(cards(page)).toBeVisible();
    await look('the grid');
    await openRegenerate(page);
    await look('the Regenerate dialog');
    await page.keyboard.press('Escape');
    await expect(regenerateDialog(page)).toBeHidden();
    for (const path of [`/dashboard/assets/${id}`, '/dashboard/settings']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await look(path);
    }
  });
}

test('the whole job by keyboard: a focused card plays, its dialog opens and sends', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { width: 640, height: 360, data: {} });
  await page.goto('/dashboard');
  const card = cards(page);
  await expect(card).toBeVisible();
  const link = card.getByRole('link');
  for (let presses = 0; presses < 40 && !(await link.evaluate((it) => it === document.activeElement)); presses += 1) await page.keyboard.press('Tab');
  await expect(link).toBeFocused();
  expect(await movement(card.locator('video'))).toBeGreaterThan(1);

  await page.keyboard.press('Tab');
  await expect(card.getByRole('button', { name: /^Regenerate/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(regenerateDialog(page).getByTestId('cost')).toContainText('left this month');
  await page.keyboard.press('Control+Enter');
  await expect(regenerateDialog(page).getByRole('progressbar')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(regenerateDialog(page)).toBeHidden();
  await untilGeneration(page.request, embedUrl, 2);
});

test('nothing is wider than a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const fits = async (what: string) =>
    expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - window.innerWidth), what).toBeLessThanOrEqual(0);
  for (const path of ['/', '/signin', '/signup']) {
    await page.goto(path);
    await fits(path);
  }
  await signUp(page.request);
  const { id } = await makeAsset(page.request);
  await page.goto('/dashboard');
  await expect(cards(page)).toBeVisible();
  await fits('the grid');
  const dialog = await openRegenerate(page);
  await fits('the Regenerate dialog');
  const box = (await dialog.boundingBox())!;
  expect([box.x >= 0, box.x + box.width <= 360, box.y >= 0]).toEqual([true, true, true]);
  for (const path of [`/dashboard/assets/${id}`, '/dashboard/settings']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await fits(path);
  }
});
