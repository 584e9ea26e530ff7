export const motions = ['subtle', 'medium', 'kinetic'] as const;
export const modes = ['loop', 'animate-in', 'animate-on-hover'] as const;
export type Motion = (typeof motions)[number];
export type Mode = (typeof modes)[number];

export interface Quota {
  used: number;
  limit: number;
  overage: number;
  resets_at: number;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  plan: 'free' | 'pro' | 'team';
  quota: Quota;
}

export interface Project {
  id: string;
  name: string;
  proxy_key: string;
  allowed_origins: string[];
  default_motion: Motion;
  default_mode: Mode;
  default_dur_seconds: number;
  public_variants: string;
  overage_enabled: boolean;
  created_at: number;
}

export type ProxyConfig = Partial<
  Pick<Project, 'allowed_origins' | 'default_motion' | 'default_mode' | 'default_dur_seconds'>
>;

export interface InFlight {
  generation_id: string;
  generation: number;
  status: 'queued' | 'running';
  stage: string | null;
  eta_seconds: number;
}

export interface Asset {
  id: string;
  project_id: string;
  name: string;
  src_url: string;
  embed_url: string;
  status: 'pending' | 'ready' | 'failed';
  mp4_url: string | null;
  poster_url: string | null;
  blur_data_url: string | null;
  duration_ms: number | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  vision_prompt: string | null;
  model: string | null;
  loop_mode: string | null;
  motion: Motion;
  mode: Mode;
  dur_seconds: number;
  seed: number | null;
  aspect: string;
  generation_count: number;
  /** Number of the generation whose clip is served, null before the first. */
  generation: number | null;
  created_at: number;
  ready_at: number | null;
  edge_live_at: number | null;
  /** "code: text" */
  error: string | null;
  in_flight: InFlight | null;
}

export interface Generation {
  id: string;
  number: number;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  params: { motion: Motion; mode: Mode; dur_seconds: number; aspect: string };
  prompt: string | null;
  prompt_source: 'vision' | 'override' | 'asset' | null;
  model: string | null;
  seed: number | null;
  loop_mode: string | null;
  timings: Record<string, number>;
  bytes: number | null;
  duration_ms: number | null;
  error: string | null;
  charge: 'charged' | 'refunded';
  overage: boolean;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  current: boolean;
}

export interface AssetDetail {
  asset: Asset;
  generations: Generation[];
}

export interface AssetPage {
  assets: Asset[];
  next_cursor: string | null;
}

export interface RegenerateBody {
  motion?: Motion;
  mode?: Mode;
  dur_seconds?: number;
  prompt_override?: string;
  seed?: number | null;
}

export interface PrepareBody extends RegenerateBody {
  project_id: string;
  src: string;
  seed?: number;
}

export interface Accepted {
  asset_id: string;
  generation_id: string;
  generation: number;
  eta_seconds: number;
  quota: Quota;
}
