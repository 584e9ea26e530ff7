import type { Mode, MotionLevel } from '../assets/params';
import type { Project } from '../generated/prisma/client';

export type { Project };

/** A project as the API shows it. */
export function projectJson(project: Project) {
  return {
    id: project.id,
    name: project.name,
    proxy_key: project.proxyKey,
    allowed_origins: project.allowedOrigins,
    /** Signed mode: an embed URL must carry a signature, and the allowlist is not asked. */
    enable_signing: project.enableSigning,
    default_motion: project.defaultMotion as MotionLevel,
    default_mode: project.defaultMode as Mode,
    default_dur_seconds: project.defaultDurSeconds,
    public_variants: project.publicVariants as 'any' | 'defaults',
    mint_limit_per_minute: project.mintLimitPerMinute,
    overage_enabled: project.overageEnabled,
    overage_cap: project.overageCap,
    created_at: project.createdAt.getTime(),
  };
}

export type ProjectJson = ReturnType<typeof projectJson>;
