import { z } from 'zod';
import type { Runtime } from '../runtime';
import { changeProject } from './change-project';
import type { Project } from './project';

/** PUT /api/projects/:id/billing: what is left out stays. */
export const billingSchema = z
  .strictObject({
    overage_enabled: z.boolean(),
    /** Generations a month above the plan; null = no cap. */
    overage_cap: z.int().min(0).max(1_000_000).nullable(),
  })
  .partial();

/** Sets whether, and how far, the project may go above its owner's plan. Without effect on the Free plan. @throws ApiError 404 */
export function updateBilling(rt: Runtime, project: Project, billing: z.output<typeof billingSchema>): Promise<Project> {
  return changeProject({ db: rt.db, wake: rt.bus.publish }, project, { overageEnabled: billing.overage_enabled, overageCap: billing.overage_cap });
}
