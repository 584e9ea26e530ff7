import { z } from 'zod';
import { durSecondsSchema, modeSchema, motionSchema } from '../assets/params';
import type { Runtime } from '../runtime';
import { allowedOriginsSchema } from './allowed-origin';
import { changeProject } from './change-project';
import type { Project } from './project';

/** PUT /api/projects/:id/proxy-config: what is left out stays. */
export const proxyConfigSchema = z
  .strictObject({
    allowed_origins: allowedOriginsSchema,
    default_motion: motionSchema,
    default_mode: modeSchema,
    default_dur_seconds: durSecondsSchema,
    /** `any`: the public may add parameters to the embed URL; `defaults`: no prompt, seed or idem from the public. */
    public_variants: z.enum(['any', 'defaults']),
    /** New assets that views of unknown embed URLs may start in a minute; 0 = none. */
    mint_limit_per_minute: z.int().min(0).max(10_000),
  })
  .partial();

/** Changes how a project's embed URLs behave. Assets made already keep what they were made with. @throws ApiError 404 */
export function updateProxyConfig(rt: Runtime, project: Project, config: z.output<typeof proxyConfigSchema>): Promise<Project> {
  return changeProject(rt, project, {
    allowedOrigins: config.allowed_origins,
    defaultMotion: config.default_motion,
    defaultMode: config.default_mode,
    defaultDurSeconds: config.default_dur_seconds,
    publicVariants: config.public_variants,
    mintLimitPerMinute: config.mint_limit_per_minute,
  });
}
