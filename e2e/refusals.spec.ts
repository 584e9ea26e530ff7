import { makeAsset, newAccount, signUp, untilGeneration } from './support/account';
import { openRegenerate } from './support/dashboard';
import { expect, test } from './support/test';

test('a used-up month is said in the dialog before it is tried', async ({ page }) => {
  await signUp(page.request);
  const { id, embedUrl } = await makeAsset(page.request);
  for (let n = 2; n <= 5; n += 1) expect((await page.request.post(`/api/assets/${id}/regenerate`)).status()).toBe(200);
  await untilGeneration(page.request, embedUrl, 5);

  await page.goto('/dashboard');
  const dialog = await openRegenerate(page);
  await expect(dialog.getByRole('alert')).toContainText('Monthly generation limit reached');
  await expect(dialog.getByTestId('cost')).toContainText('5 of 5 used');
  await expect(dialog.getByRole('button', { name: /^Regenerate/ })).toBeDisabled();
});

test('a month used up meanwhile is said in the dialog when it is tried', async ({ page, expectErrors }) => {
  expectErrors(/status of 429/);
  await signUp(page.request);
  const { id, embedUrl } = await makeAsset(page.request);
  await page.goto('/dashboard');
  const dialog = await openRegenerate(page);
  for (let n = 2; n <= 5; n += 1) expect((await page.request.post(`/api/assets/${id}/regenerate`)).status()).toBe(200);
  const submit = dialog.getByRole('button', { name: /^Regenerate/ });
  if (await submit.isEnabled()) await submit.click();
  await expect(dialog.getByRole('alert')).toContainText('Monthly generation limit reached');
  await untilGeneration(page.request, embedUrl, 5);
});

test('a wrong password is said in words, and the right one signs in', async ({ page, expectErrors, playwright, baseURL }) => {
  expectErrors(/status of 401/);
  const elsewhere = await playwright.request.newContext({ baseURL });
  const account = await signUp(elsewhere, newAccount());
  await elsewhere.dispose();

  await page.goto('/signin');
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const form = page.getByRole('form', { name: 'Sign in' });
  await expect(form.getByRole('alert')).toContainText(/wrong e-?mail or password/i);

  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/dashboard/);
});

test('the dashboard asks the signed-out to sign in', async ({ page }) => {
  await page.goto('/dashboard');
  await expect(page).toHaveURL(/\/signin/);
});
