import { assetId } from '../assets/asset-id';
import { findProjectOfKey } from '../projects/find-project-of-key';
import type { Runtime } from '../runtime';
import { type EmbedRequest, unknownKey } from './parse-embed';

export interface EmbedProject {
  id: string;
  ownerId: string;
  allowedOrigins: string[];
  publicVariants: 'any' | 'defaults';
  mintLimitPerMinute: number;
  /** When the key that was asked for ends; null for the project's current one. */
  keyValidUntilMs: number | null;
  /** Signed mode: the secrets that may have signed, the current one first; null in allowlist mode. */
  signing: SigningSecret[] | null;
}

export interface SigningSecret {
  /** See lib/projects/signing-secret.ts. */
  sealed: string;
  validUntilMs: number | null;
}

/** The clip that is served: everything a response needs, read at one moment. */
export interface CurrentClip {
  generationId: string;
  number: number;
  clipKey: string;
  posterKey: string;
  /** Without quotes; names the generation. */
  etag: string;
  bytes: number;
  loopMode: string | null;
  /** Stage to ms. */
  timings: Record<string, unknown>;
  finishedAt: Date;
}

export interface EmbedAsset {
  status: 'pending' | 'ready' | 'failed';
  mintedBy: 'owner' | 'embed';
  /** How the clip is meant to be played; switches together with the clip. */
  mode: string;
  aspect: string;
  /** A poster from before the first clip. */
  posterKey: string | null;
  clip: CurrentClip | null;
}

export interface Embed {
  project: EmbedProject;
  /** The id the URL has, made or not. */
  assetId: string;
  asset: EmbedAsset | null;
}

interface Row {
  project_id: string;
  owner_id: string;
  allowed_origins: string[];
  public_variants: EmbedProject['publicVariants'];
  mint_limit_per_minute: number;
  key_valid_until: Date | null;
  enable_signing: boolean;
  signing_secret: string | null;
  retired_secrets: SigningSecret[] | null;
  status: EmbedAsset['status'] | null;
  minted_by: EmbedAsset['mintedBy'];
  mode: string;
  aspect: string;
  asset_poster_key: string | null;
  generation_id: string | null;
  number: number;
  clip_key: string;
  poster_key: string;
  etag: string;
  bytes: number;
  loop_mode: string | null;
  timings: Record<string, unknown>;
  finished_at: Date;
}

/**
 * What an embed URL stands for now, in one query: the pointer to the current generation is read once, with all that it
 * points at.
 * @param watch is told what the answer will depend on, before it is read
 * @throws ApiError 403 unknown_project_key
 */
export async function findEmbed(rt: Runtime, wanted: EmbedRequest, watch?: (assetId: string, projectId: string) => void): Promise<Embed> {
  const ids = projectIds(rt);
  let projectId = ids.get(wanted.projectKey) ?? (await findProjectId(rt, wanted.projectKey));
  for (;;) {
    const id = assetId(projectId, wanted.src, wanted.explicit);
    watch?.(id, projectId);
    const [row] = await query(rt, wanted.projectKey, id);
    if (!row) {
      ids.delete(wanted.projectKey);
      throw unknownKey();
    }
    if (row.project_id === projectId) {
      if (ids.size >= MAX_REMEMBERED) ids.clear();
      ids.set(wanted.projectKey, projectId);
      return toEmbed(row, id);
    }
    projectId = row.project_id; // the key has moved to another project since it was remembered
  }
}

// The asset's id needs the project's, so keys seen before save the first of two queries. The second checks them anyway.
const MAX_REMEMBERED = 10_000;
const remembered = new WeakMap<Runtime, Map<string, string>>();

function projectIds(rt: Runtime): Map<string, string> {
  let ids = remembered.get(rt);
  if (!ids) remembered.set(rt, (ids = new Map()));
  return ids;
}

async function findProjectId(rt: Runtime, projectKey: string): Promise<string> {
  const id = await findProjectOfKey(rt, projectKey);
  if (id === null) throw unknownKey();
  return id;
}

function query(rt: Runtime, projectKey: string, id: string): Promise<Row[]> {
  const now = new Date(rt.clock.now());
  return rt.db.$queryRaw<Row[]>`
    SELECT p.id AS project_id, p.owner_id, p.allowed_origins, p.public_variants, p.mint_limit_per_minute,
           k.valid_until AS key_valid_until, p.enable_signing, p.signing_secret,
           CASE WHEN p.enable_signing THEN (
             SELECT jsonb_agg(jsonb_build_object('sealed', r.value, 'validUntilMs', round(extract(epoch FROM r.valid_until) * 1000)))
             FROM retired_keys r WHERE r.project_id = p.id AND r.kind = 'signing' AND r.valid_until > ${now}
           ) END AS retired_secrets,
           a.status, a.minted_by, a.mode, a.aspect, a.poster_key AS asset_poster_key,
           g.id AS generation_id, g.number, g.clip_key, g.poster_key, g.etag, g.bytes, g.loop_mode, g.timings, g.finished_at
    FROM (
      SELECT id, NULL::timestamptz AS valid_until FROM projects WHERE proxy_key = ${projectKey}
      UNION ALL
      SELECT project_id, valid_until FROM retired_keys WHERE kind = 'proxy' AND value = ${projectKey} AND valid_until > ${now}
    ) k
    JOIN projects p ON p.id = k.id
    LEFT JOIN assets a ON a.id = ${id} AND a.project_id = p.id
    LEFT JOIN generations g ON g.id = a.current_generation_id`;
}

function toEmbed(row: Row, id: string): Embed {
  const project = {
    id: row.project_id,
    ownerId: row.owner_id,
    allowedOrigins: row.allowed_origins,
    publicVariants: row.public_variants,
    mintLimitPerMinute: row.mint_limit_per_minute,
    keyValidUntilMs: row.key_valid_until && new Date(row.key_valid_until).getTime(),
    signing: row.enable_signing ? [{ sealed: row.signing_secret!, validUntilMs: null }, ...(row.retired_secrets ?? [])] : null,
  };
  if (row.status === null) return { project, assetId: id, asset: null };
  const clip = row.generation_id === null ? null : {
    generationId: row.generation_id,
    number: row.number,
    clipKey: row.clip_key,
    posterKey: row.poster_key,
    etag: row.etag,
    bytes: row.bytes,
    loopMode: row.loop_mode,
    timings: row.timings ?? {},
    finishedAt: new Date(row.finished_at),
  };
  return {
    project,
    assetId: id,
    asset: { status: row.status, mintedBy: row.minted_by, mode: row.mode, aspect: row.aspect, posterKey: row.asset_poster_key, clip },
  };
}
