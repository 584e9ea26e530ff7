import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assetInclude, assetJson } from '../assets/asset-json';
import { prepareAsset } from '../assets/prepare-asset';
import { createAccount } from '../auth/sign-up';
import { hashPassword } from '../auth/password';
import { assetChannel } from '../events/event-types';
import type { Runtime } from '../runtime';
import { storeUpload } from '../uploads/store-upload';

export const DEMO_EMAIL = 'demo@motioness.local';
const IMAGE = path.join('public', 'demo', 'lake.jpg');
const WAIT_MS = 60_000;

export interface Demo {
  assetId: string;
  embedUrl: string;
}

/**
 * On an empty server: an account with a project and an asset whose clip is made before this resolves. Later starts find
 * it. Returns null when somebody has removed it, or when the server had accounts of its own first.
 */
export async function seedDemo(rt: Runtime, password: string): Promise<Demo | null> {
  const user = (await rt.db.user.findUnique({ where: { email: DEMO_EMAIL } })) ?? (await makeAccount(rt, password));
  if (!user) return null;
  const project = await rt.db.project.findFirst({ where: { ownerId: user.id }, orderBy: { createdAt: 'asc' }, include: { assets: { take: 1, orderBy: { createdAt: 'asc' } } } });
  if (!project) return null;
  // A start that was cut off before the upload has no asset yet; an owner who deleted it keeps it deleted.
  const uploads = await rt.db.upload.count({ where: { userId: user.id } });
  if (project.assets.length === 0 && uploads > 0) return null;
  const src = uploads > 0 ? null : (await storeUpload(rt, user.id, { name: path.basename(IMAGE), bytes: await readFile(IMAGE) })).url;
  const asset = src
    ? await prepareAsset(rt, user, { project_id: project.id, src }, 'req_demo')
    : await readDemo(rt, project.assets[0]!.id);
  await untilReady(rt, asset.asset_id);
  return { assetId: asset.asset_id, embedUrl: asset.embed_url };
}

async function makeAccount(rt: Runtime, password: string): Promise<{ id: string } | null> {
  if ((await rt.db.user.count()) > 0) return null;
  const account = await createAccount(rt, { email: DEMO_EMAIL, name: 'Demo', passwordHash: await hashPassword(password) });
  await rt.db.user.update({ where: { id: account.id }, data: { tier: 'pro' } });
  return account;
}

async function readDemo(rt: Runtime, assetId: string): Promise<{ asset_id: string; embed_url: string }> {
  const asset = await rt.db.asset.findUniqueOrThrow({ where: { id: assetId }, include: assetInclude });
  return { asset_id: assetId, embed_url: (await assetJson(rt, asset)).embed_url };
}

/** Waits for the first clip; a run that fails or takes too long shows itself in the dashboard. */
async function untilReady(rt: Runtime, assetId: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    let wake = () => {};
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const unsubscribe = rt.bus.subscribe(assetChannel(assetId), wake);
    try {
      const { status, currentGenerationId } = await rt.db.asset.findUniqueOrThrow({ where: { id: assetId } });
      if (currentGenerationId || status !== 'pending' || Date.now() > deadline) return;
      const timer = setTimeout(wake, 1_000);
      await woken.finally(() => clearTimeout(timer));
    } finally {
      unsubscribe();
    }
  }
}
