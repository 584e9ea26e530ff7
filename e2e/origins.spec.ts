import type { Page } from '@playwright/test';
import { signUp } from './support/account';
import { expect, test } from './support/test';

const originsOn = (page: Page) => page.getByRole('list', { name: 'Allowed origins' }).getByRole('listitem');

async function openSettings(page: Page): Promise<void> {
  await page.goto('/dashboard/settings');
  await expect(page.getByLabel('Add an origin').first()).toBeVisible();
}

async function add(page: Page, origin: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Add an origin' }).fill(origin);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(originsOn(page).filter({ hasText: origin })).toBeVisible();
}

async function project(page: Page): Promise<{ id: string; allowed_origins: string[] }> {
  const { projects } = (await (await page.request.get('/api/projects')).json()) as { projects: Array<{ id: string; allowed_origins: string[] }> };
  return projects[0]!;
}

test('what two tabs add and remove is kept by both, and each shows the list as it is', async ({ page, context }) => {
  await signUp(page.request);
  await openSettings(page);
  await add(page, 'https://old.example');
  const other = await context.newPage();
  await openSettings(other);
  await expect(originsOn(other)).toHaveText(['https://old.example']);

  await page.getByRole('button', { name: 'Remove https://old.example' }).click();
  await expect(originsOn(page)).toHaveCount(0);
  await add(page, 'https://one.example');
  // This one has not heard of it.
  await expect(originsOn(other)).toHaveText(['https://old.example']);
  await add(other, 'https://two.example');

  expect((await project(page)).allowed_origins).toEqual(['https://one.example', 'https://two.example']);
  await expect(originsOn(other)).toHaveText(['https://one.example', 'https://two.example']);
});

test('an origin that is added elsewhere while a save is on its way is not lost', async ({ page, expectErrors }) => {
  expectErrors(/status of 412/);
  await signUp(page.request);
  const { id } = await project(page);
  await openSettings(page);
  await page.route(
    '**/proxy-config',
    async (route) => {
      const answer = await page.request.put(`/api/projects/${id}/proxy-config`, { data: { allowed_origins: ['https://one.example'] } });
      expect(answer.status(), await answer.text()).toBe(200);
      await route.continue();
    },
    { times: 1 },
  );
  await add(page, 'https://two.example');
  expect((await project(page)).allowed_origins).toEqual(['https://one.example', 'https://two.example']);
});
