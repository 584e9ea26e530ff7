import { expect, type Locator, type Page } from '@playwright/test';
import type { Account } from './account';

export async function signUpThere(page: Page, account: Account): Promise<void> {
  await page.goto('/signup');
  await page.getByLabel('Name').fill(account.name);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(/\/dashboard/);
}

/** Drops a file on the grid, as a hand does. */
export async function dropImage(page: Page, name: string, bytes: Buffer): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64!), (char) => char.charCodeAt(0))], file!, { type: 'image/png' }));
      return transfer;
    },
    [name, bytes.toString('base64')],
  );
  for (const event of ['dragenter', 'dragover', 'drop']) await page.getByTestId('drop-zone').dispatchEvent(event, { dataTransfer: data });
}

export const cards = (page: Page): Locator => page.locator('[data-asset-id]');

export const regenerateDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Regenerate' });

export async function openRegenerate(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /^Regenerate / }).first().click();
  const dialog = regenerateDialog(page);
  await expect(dialog.getByTestId('cost')).not.toContainText('Counting');
  return dialog;
}

/** Waits until the video's time moves on, and gives how far two of its frames are apart (mean of 0..255). */
export async function movement(video: Locator): Promise<number> {
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0.05);
  return video.evaluate(async (element: HTMLVideoElement) => {
    const frame = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [160, 90];
      const context = canvas.getContext('2d')!;
      context.drawImage(element, 0, 0, 160, 90);
      return context.getImageData(0, 0, 160, 90).data;
    };
    const first = frame();
    const startedAt = element.currentTime;
    await new Promise<void>((resolve) => {
      const look = () => (Math.abs(element.currentTime - startedAt) > 0.5 ? resolve() : void element.requestVideoFrameCallback(look));
      look();
    });
    const second = frame();
    return first.reduce((sum, value, index) => sum + Math.abs(value - second[index]!), 0) / first.length;
  });
}
