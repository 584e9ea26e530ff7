import type { Given } from '@/lib/generation/accept-generation';
import type { Ground } from './database/open';

export interface AssetRow {
  id: string;
  status: string;
  error: string | null;
  generation_count: number;
  event_seq: number;
  current_generation_id: string | null;
  poster_key: string | null;
  motion: string;
  mode: string;
  dur_seconds: number;
  seed: number | null;
  live: boolean;
  events: number;
  /** Generation and type of the events that end one. */
  ends: Array<[string, string]>;
}

export interface GenerationRow {
  id: string;
  asset_id: string;
  number: number;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  given: Given;
  motion: string;
  mode: string;
  dur_seconds: number;
  seed: number;
  model: string;
  charge: string;
  charged_month: string;
  overage: boolean;
  request_id: string;
  error_code: string | null;
  error_msg: string | null;
  clip_key: string | null;
  poster_key: string | null;
  bytes: number | null;
  prompt_override: string | null;
  prompt: string | null;
  prompt_source: string | null;
  brand_version: number | null;
  dispatches: number;
  started: number | null;
  finished: number | null;
}

export interface PredictionRow {
  id: string;
  image: string;
  replicate_id: string | null;
  outcome: string | null;
}

/** All rows of a history, at one moment. */
export interface Snapshot {
  tier: string;
  project: { overage_enabled: boolean; overage_cap: number | null; brand_version: number };
  usage: Array<{ month: string; used: number; charged: number; refunded: number }>;
  assets: AssetRow[];
  generations: GenerationRow[];
  predictions: PredictionRow[];
  outbox: Array<{ key: string; due: number }>;
}

const MS = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

const SQL = `SELECT json_build_object(
  'tier', (SELECT tier FROM users WHERE id = $1),
  'project', (SELECT json_build_object('overage_enabled', overage_enabled, 'overage_cap', overage_cap, 'brand_version', brand_version) FROM projects WHERE owner_id = $1),
  'usage', coalesce((SELECT json_agg(json_build_object('month', month, 'used', used, 'charged', charged, 'refunded', refunded) ORDER BY month) FROM monthly_usage WHERE user_id = $1), '[]'),
  'assets', coalesce((SELECT json_agg(json_build_object('id', a.id, 'status', status, 'error', error, 'generation_count', generation_count, 'event_seq', event_seq,
      'current_generation_id', current_generation_id, 'poster_key', poster_key, 'motion', motion, 'mode', mode, 'dur_seconds', dur_seconds, 'seed', seed, 'live', edge_live_at IS NOT NULL,
      'events', (SELECT count(*) FROM asset_events e WHERE e.asset_id = a.id),
      'ends', coalesce((SELECT json_agg(json_build_array(generation_id, type) ORDER BY seq) FROM asset_events e WHERE e.asset_id = a.id AND type IN ('ready', 'failed', 'cancelled')), '[]')))
    FROM assets a JOIN projects p ON p.id = a.project_id WHERE p.owner_id = $1), '[]'),
  'generations', coalesce((SELECT json_agg(json_build_object('id', id, 'asset_id', asset_id, 'number', number, 'status', status, 'given', given, 'motion', motion, 'mode', mode, 'dur_seconds', dur_seconds,
      'seed', seed, 'model', model, 'charge', charge, 'charged_month', charged_month, 'overage', overage, 'request_id', request_id, 'error_code', error_code, 'error_msg', error_msg,
      'clip_key', clip_key, 'poster_key', poster_key, 'bytes', bytes, 'prompt_override', prompt_override, 'prompt', prompt, 'prompt_source', prompt_source, 'brand_version', brand_version,
      'dispatches', dispatches, 'started', ${MS('started_at')}, 'finished', ${MS('finished_at')}) ORDER BY number)
    FROM generations WHERE charged_user_id = $1), '[]'),
  'predictions', coalesce((SELECT json_agg(json_build_object('id', id, 'image', input->>'image', 'replicate_id', replicate_id, 'outcome', outcome))
    FROM predictions WHERE generation_id = ANY ($2) OR generation_id IN (SELECT id FROM generations WHERE charged_user_id = $1)), '[]'),
  'outbox', coalesce((SELECT json_agg(json_build_object('key', key, 'due', ${MS('greatest(available_at, leased_until)')}) ORDER BY id) FROM outbox), '[]')
)::text`;

/** @param gone generations whose asset was deleted: their predictions are kept */
export async function takeSnapshot(ground: Ground, ownerId: string, gone: string[]): Promise<Snapshot> {
  return JSON.parse(await ground.look<string>(SQL, [ownerId, gone])) as Snapshot;
}
