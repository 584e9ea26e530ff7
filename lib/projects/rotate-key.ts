import { z } from 'zod';
import type { Tx } from '../database/database';
import { transaction } from '../database/transaction';
import { projectIntents } from '../edge/purge-intents';
import { rateLimited } from '../http/rate-limit';
import { addMessages } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { changeProject } from './change-project';
import { newProxyKey } from './create-project';
import { lockProject } from './lock-project';
import type { Project } from './project';
import { type KeyKind, OVERLAP_MS, stillValid } from './retired-keys';
import { newSigningSecret } from './signing-secret';

/** POST /api/projects/:id/keys/rotate */
export const rotateQuery = z.strictObject({ which: z.enum(['proxy', 'signing'], 'must be proxy or signing') });

/** Keys of a kind that may be rotated in 24 h: all of them work, so each is tried at a view and purged at the edge. */
const MAX_RETIRED = 10;

/**
 * Replaces a project's proxy key or signing secret; the result is shown this once. Every earlier one works on until 24 h
 * after its own rotation, however often it is rotated.
 * @throws ApiError 404, 429 after ten rotations of a kind in 24 h
 */
export function rotateKey(rt: Runtime, project: Project, which: KeyKind): Promise<{ proxy_key: string } | { signing_secret: string }> {
  return transaction(rt, async (tx, wake) => {
    const keys = await lockProject(tx, project);
    const old = which === 'proxy' ? keys.proxyKey : keys.signingSecret;
    if (old !== null) {
      await limitRetired(rt, tx, project.id, which);
      const nowMs = rt.clock.now();
      const untilMs = nowMs + OVERLAP_MS;
      await tx.retiredKey.create({ data: { kind: which, value: old, projectId: project.id, validUntil: new Date(untilMs) } });
      // What the edge keeps under the old key was stored for a year. It is stored anew for the rest of the overlap only.
      await addMessages(tx, wake, projectIntents(rt.edge, project.id, nowMs));
    }
    if (which === 'proxy') {
      const proxyKey = newProxyKey();
      await changeProject({ db: tx, wake }, project, { proxyKey });
      return { proxy_key: proxyKey };
    }
    const { shown, sealed } = newSigningSecret(rt, project.id);
    await changeProject({ db: tx, wake }, project, { signingSecret: sealed });
    return { signing_secret: shown };
  });
}

async function limitRetired(rt: Runtime, tx: Tx, projectId: string, kind: KeyKind): Promise<void> {
  const retired = await tx.retiredKey.findMany({ where: { projectId, kind, ...stillValid(rt) }, orderBy: { validUntil: 'asc' }, select: { validUntil: true } });
  if (retired.length >= MAX_RETIRED) throw rateLimited(retired[0]!.validUntil.getTime() - rt.clock.now());
}
