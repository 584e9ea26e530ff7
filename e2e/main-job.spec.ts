import { newAccount } from './support/account';
import { cards, dropImage, movement, openRegenerate, regenerateDialog, signUpThere } from './support/dashboard';
import { picture } from './support/picture';
import { expect, test } from './support/test';

test('sign up, drop an image, watch it move, regenerate it in place', async ({ page }) => {
  await signUpThere(page, newAccount());
  await dropImage(page, 'harbour.png', await picture());
  const card = cards(page);
  await expect(card).toHaveAttribute('data-generation', '1', { timeout: 60_000 });

  await card.hover();
  expect(await movement(card.locator('video'))).toBeGreaterThan(1);
  const firstClip = await card.locator('video').getAttribute('src');
  await page.mouse.move(0, 0);

  const id = await card.getAttribute('data-asset-id');
  const { asset } = (await (await page.request.get(`/api/assets/${id}`)).json()) as { asset: { embed_url: string } };
  const before = await page.request.get(asset.embed_url);

  const dialog = await openRegenerate(page);
  await expect(dialog.getByRole('radio', { name: 'Medium' })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: 'Loop' })).toBeChecked();
  await expect(dialog.getByRole('slider', { name: 'Duration' })).toHaveAttribute('aria-valuenow', '4');
  await expect(dialog.getByRole('radio', { name: 'Fresh each time' })).toBeChecked();
  await expect(dialog.getByTestId('cost')).toHaveText('1 generation, 4 left this month');
  await dialog.getByRole('radio', { name: 'Kinetic' }).click();
  await expect(dialog.getByRole('region', { name: 'Changes' })).toContainText('Motion: Medium → Kinetic');
  await expect(dialog).toContainText(`/api/assets/${id}/regenerate`);
  // Both watch at once, from before the start: a small picture is done in a moment. The card is behind the dialog.
  await Promise.all([
    expect(dialog.getByRole('progressbar')).toBeVisible(),
    expect(card.getByRole('progressbar', { includeHidden: true })).toBeAttached(),
    dialog.getByRole('button', { name: /^Regenerate/ }).click(),
  ]);
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(regenerateDialog(page)).toBeHidden();

  // Without a reload: the card takes the new clip when it is there.
  await expect(card).toHaveAttribute('data-generation', '2', { timeout: 60_000 });
  await card.hover();
  expect(await movement(card.locator('video'))).toBeGreaterThan(1);
  expect(await card.locator('video').getAttribute('src')).not.toBe(firstClip);

  const after = await page.request.get(asset.embed_url);
  expect(after.headers()['x-motioness-generation']).toBe('2');
  expect(await after.body()).not.toEqual(await before.body());
});
