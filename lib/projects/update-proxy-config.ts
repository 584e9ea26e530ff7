import { z } from 'zod';
import { durSecondsSchema, modeSchema, motionSchema } from '../assets/params';
import { transaction } from '../database/transaction';
import { projectIntents } from '../edge/purge-intents';
import { addMessages } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { allowedOriginsSchema } from './allowed-origin';
import { changeProject } from './change-project';
import { lockProject, type ProjectKeys } from './lock-project';
import type { Project } from './project';
import { requireMatch } from './project-etag';
import { newSigningSecret } from './signing-secret';

/** PUT /api/projects/:id/proxy-config: what is left out stays. */
export const proxyConfigSchema = z
  .strictObject({
    allowed_origins: allowedOriginsSchema,
    /** Signed mode in place of the allowlist. */
    enable_signing: z.boolean(),
    default_motion: motionSchema,
    default_mode: modeSchema,
    default_dur_seconds: durSecondsSchema,
    /** `any`: the public may add parameters to the embed URL; `defaults`: no prompt, seed or idem from the public. */
    public_variants: z.enum(['any', 'defaults']),
    /** New assets that views of unknown embed URLs may start in a minute; 0 = none. */
    mint_limit_per_minute: z.int().min(0).max(10_000),
  })
  .partial();

type ProxyConfig = z.output<typeof proxyConfigSchema>;

/**
 * Changes how a project's embed URLs behave. Assets made already keep what they were made with. The first time signing
 * is enabled a secret is made, and shown this once; later it is the one there was, so that URLs signed before still work.
 * With `ifMatch` only the project that was read is changed.
 * @throws ApiError 404, 412
 */
export function updateProxyConfig(rt: Runtime, project: Project, config: ProxyConfig, ifMatch: string | null = null): Promise<{ project: Project; signingSecret: string | null }> {
  return transaction(rt, async (tx, wake) => {
    const before = await lockProject(tx, project);
    if (ifMatch !== null) requireMatch(await tx.project.findUniqueOrThrow({ where: { id: project.id } }), ifMatch);
    const secret = config.enable_signing && before.signingSecret === null ? newSigningSecret(rt, project.id) : null;
    const changed = await changeProject({ db: tx, wake }, project, {
      allowedOrigins: config.allowed_origins,
      enableSigning: config.enable_signing,
      signingSecret: secret?.sealed,
      defaultMotion: config.default_motion,
      defaultMode: config.default_mode,
      defaultDurSeconds: config.default_dur_seconds,
      publicVariants: config.public_variants,
      mintLimitPerMinute: config.mint_limit_per_minute,
    });
    // What was open to all may lie at the edge for a year.
    if (closes(before, changed)) await addMessages(tx, wake, projectIntents(rt.edge, project.id, rt.clock.now()));
    return { project: changed, signingSecret: secret?.shown ?? null };
  });
}

/** Are there embed URLs that were answered before and are not now? */
function closes(before: ProjectKeys, now: Project): boolean {
  if (now.enableSigning) return !before.enableSigning;
  return before.enableSigning || before.allowedOrigins.some((origin) => !now.allowedOrigins.includes(origin));
}
