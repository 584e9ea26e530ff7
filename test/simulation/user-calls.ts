import { runCommand } from '@/lib/admin/commands';
import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { deleteAsset } from '@/lib/assets/delete-asset';
import { findOwnedAsset } from '@/lib/assets/find-owned-asset';
import { prepareAsset } from '@/lib/assets/prepare-asset';
import { regenerateAsset } from '@/lib/assets/regenerate-asset';
import { findProject } from '@/lib/projects/find-project';
import { updateBilling } from '@/lib/projects/update-billing';
import { updateBrand } from '@/lib/projects/update-brand';
import type { Runtime } from '@/lib/runtime';
import { uploadUrl } from '@/lib/sources/source-url';
import type { Issued } from './issued';
import type { People } from './people';

/** Does what the route of a call does, behind sign-in and validation. */
export async function carryOut(rt: Runtime, people: People, { command, request, assetId = '' }: Issued): Promise<unknown> {
  const user = { id: people.ownerId };
  switch (command.do) {
    case 'prepare': {
      const src = uploadUrl(rt, people.uploads[command.source % people.uploads.length]!);
      return prepareAsset(rt, user, { project_id: people.projectId, src, mode: command.mode, ...command.options }, request);
    }
    case 'regenerate': {
      const caller = command.stranger ? { id: people.strangerId } : user;
      const idempotencyKey = command.key === undefined ? null : `key-${command.key}`;
      return regenerateAsset(rt, { assetId: await findOwnedAsset(rt, caller.id, assetId), user: caller, given: command.given, requestId: request, idempotencyKey });
    }
    case 'cancel':
      return cancelGeneration(rt, await findOwnedAsset(rt, user.id, assetId));
    case 'delete':
      return deleteAsset(rt, await findOwnedAsset(rt, user.id, assetId));
    case 'tier':
      return runCommand(rt, ['set-tier', people.email, command.tier]);
    case 'billing':
      return updateBilling(rt, await findProject(rt, user, people.projectId), { overage_enabled: command.overage, overage_cap: command.cap });
    case 'brand':
      return updateBrand(rt, await findProject(rt, user, people.projectId), { brandName: `Brand ${command.word}` });
  }
}
