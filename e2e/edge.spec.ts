import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../scripts/checks/free-port.mjs';
import { makeAsset, signUp } from './support/account';
import { regenerateDialog } from './support/dashboard';
import { Server } from './support/processes';
import { type PurgeEndpoint, startPurgeEndpoint } from './support/purge-endpoint';
import { expect, test as base } from './support/test';

/** A server of its own, which purges an edge after every switch. */
const test = base.extend<object, { product: { url: string; edge: PurgeEndpoint } }>({
  product: [
    async ({}, use) => {
      const dataDir = await mkdtemp(path.join(os.tmpdir(), 'motioness-edge-'));
      const edge = await startPurgeEndpoint();
      const server = new Server({ port: await freePort(), dataDir, env: { EDGE_DRIVER: 'varnish', VARNISH_URL: edge.url } });
      try {
        await server.start();
        await use({ url: server.url, edge });
      } finally {
        await server.end('SIGKILL');
        await edge.close();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: ({ product }, use) => use(product.url),
});

test('the open page says that a clip is live when the edge has confirmed it, and not before', async ({ page, product }) => {
  await signUp(page.request);
  const { id } = await makeAsset(page.request);
  await page.goto(`/dashboard/assets/${id}`);
  const liveSince = page.getByRole('region', { name: 'Parameters' }).locator('dl > div', { hasText: 'Live at the edge' }).getByRole('definition');
  const events = page.getByRole('region', { name: 'Event timeline' });
  await expect(liveSince).toHaveText(/\d\d:\d\d$/);
  await expect(events).toContainText('Live at the embed URL in');

  product.edge.hold();
  await page.getByRole('button', { name: 'Regenerate' }).click();
  const dialog = regenerateDialog(page);
  await dialog.getByRole('button', { name: /^Regenerate/ }).click();
  await expect(dialog).toContainText('Generation 2 is made, and waits for the edge to let the old clip go.', { timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(liveSince).toHaveText('Waiting for the edge');
  await expect(events).toContainText('Ready in');
  await expect(events).not.toContainText('Live at the embed URL');

  product.edge.release();
  await expect(liveSince).toHaveText(/\d\d:\d\d$/);
  await expect(events).toContainText('Live at the embed URL in');
});
