// What the API takes and gives, under the names the pages use. The types are the server's own.
import type { AssetJson } from '@/lib/assets/asset-json';
import type { GenerationJson } from '@/lib/assets/generation-json';
import type { MotionLevel } from '@/lib/assets/params';
import type { prepareBody } from '@/lib/assets/prepare-asset';
import type { Regenerated, regenerateBody } from '@/lib/assets/regenerate-asset';
import type { readAccount } from '@/lib/auth/read-account';
import type { ProjectJson } from '@/lib/projects/project';
import type { z } from 'zod';

export type { Mode } from '@/lib/assets/params';
export type { Quota } from '@/lib/quota/quota';
export type { AssetJson as Asset, InFlight } from '@/lib/assets/asset-json';
export type { GenerationJson as Generation } from '@/lib/assets/generation-json';
export type { ProjectJson as Project } from '@/lib/projects/project';
export type { KeysJson as Keys } from '@/lib/projects/read-keys';
export type { Regenerated as Accepted };
export type Motion = MotionLevel;
export type Me = Awaited<ReturnType<typeof readAccount>>;
export type ProxyConfig = Partial<Pick<ProjectJson, 'allowed_origins' | 'enable_signing' | 'default_motion' | 'default_mode' | 'default_dur_seconds'>>;
export type RegenerateBody = z.input<typeof regenerateBody>;
export type PrepareBody = z.input<typeof prepareBody>;

export interface AssetDetail {
  asset: AssetJson;
  generations: GenerationJson[];
}

export interface AssetPage {
  assets: AssetJson[];
  next_cursor: string | null;
}
