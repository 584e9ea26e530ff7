import type { Page } from '@playwright/test';
import { signEmbed } from '@/lib/delivery/sign-embed';
import { makeAsset, signUp } from './support/account';
import { cards, movement } from './support/dashboard';
import { expect, test } from './support/test';

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const embedOf = async (page: Page, id: string) => ((await (await page.request.get(`/api/assets/${id}`)).json()) as { asset: { embed_url: string } }).asset.embed_url;
const statusOf = async (page: Page, url: string) => (await page.request.head(url)).status();

test('turning signing on shows a secret once, and from then on only signed URLs play', async ({ page, baseURL }) => {
  await signUp(page.request);
  const { id, embedUrl } = await makeAsset(page.request, { width: 640, height: 360 });
  await page.goto('/dashboard/settings');
  const access = section(page, 'Access');
  await access.getByRole('radio', { name: 'Signed URLs' }).click();

  const question = page.getByRole('alertdialog', { name: 'Answer signed URLs only?' });
  await expect(question).toContainText('Embed URLs without a signature stop at once');
  await question.getByRole('button', { name: 'Keep it' }).click();
  await expect(access.getByRole('radio', { name: 'Allowlist' })).toBeChecked();
  expect(await statusOf(page, embedUrl)).toBe(200);

  await access.getByRole('radio', { name: 'Signed URLs' }).click();
  await question.getByRole('button', { name: 'Require signatures' }).click();
  const shown = access.getByRole('group', { name: 'New signing secret' });
  const secret = (await shown.locator('pre').textContent())!;
  expect(secret).toMatch(/^mss_[0-9a-f]{64}$/);
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await expect(shown).toBeHidden();
  await page.reload();
  await expect(access.getByRole('radio', { name: 'Signed URLs' })).toBeChecked();
  await expect(page.getByText(secret)).toHaveCount(0);

  expect(await statusOf(page, embedUrl)).toBe(403);
  const given = await embedOf(page, id);
  expect(await statusOf(page, given)).toBe(200);
  const { project_id: projectId, src_url: src } = ((await (await page.request.get(`/api/assets/${id}`)).json()) as { asset: Record<string, string> }).asset;
  const { project } = (await (await page.request.get(`/api/projects/${projectId}`)).json()) as { project: { proxy_key: string } };
  const ours = signEmbed({ key: project.proxy_key, secret, src: src!, exp: Date.now() / 1000 + 60, ext: 'mp4', params: { dur: 2 } });
  expect(await statusOf(page, baseURL + ours)).toBe(200);

  await page.goto('/dashboard');
  await cards(page).hover();
  expect(await movement(cards(page).locator('video'))).toBeGreaterThan(1);
});

test('rotating by keyboard says what breaks and when, and the old key works on', async ({ page }) => {
  await signUp(page.request);
  const { id, embedUrl } = await makeAsset(page.request);
  await page.goto('/dashboard/settings');
  const key = section(page, 'Project key');
  const before = (await key.locator('pre').first().textContent())!;
  const button = key.getByRole('button', { name: 'Rotate key…' });
  await button.focus();
  await page.keyboard.press('Enter');
  const question = page.getByRole('alertdialog', { name: 'Rotate the project key?' });
  await expect(question).toContainText('24 hours');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(button).toBeFocused();
  await expect(key.locator('pre').first()).toHaveText(before);

  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(question.getByRole('button', { name: 'Rotate key' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(key.locator('pre').first()).not.toHaveText(before);
  await expect(key.getByRole('list', { name: 'Earlier keys' })).toContainText(`${before} works until`);

  const given = await embedOf(page, id);
  expect(given).not.toBe(embedUrl);
  const etags = await Promise.all([embedUrl, given].map(async (url) => (await page.request.head(url)).headers()['etag']));
  expect(etags[0]).toBe(etags[1]);
});
