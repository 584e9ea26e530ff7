import type { Prisma } from '../database/database';
import { embedLink, linkProject } from '../delivery/embed-link';
import { remainingMs } from '../generation/estimate-eta';
import type { Runtime } from '../runtime';
import { sourceUrl } from '../sources/source-url';
import type { Aspect, Mode, MotionLevel } from './params';

/** What an asset's JSON is made from: its clip, and the run that is under way or waits. */
export const assetInclude = {
  current: true,
  project: linkProject,
  generations: {
    where: { status: { in: ['queued', 'running'] } },
    orderBy: { number: 'asc' },
    take: 1,
    select: { id: true, number: true, status: true, stage: true, model: true, mode: true, startedAt: true },
  },
} satisfies Prisma.AssetInclude;

export type AssetRow = Prisma.AssetGetPayload<{ include: typeof assetInclude }>;

export interface AssetJson {
  id: string;
  project_id: string;
  /** The file's own name. */
  name: string;
  src_url: string;
  embed_url: string;
  status: 'pending' | 'ready' | 'failed';
  mp4_url: string | null;
  poster_url: string;
  blur_data_url: string | null;
  duration_ms: number | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  vision_prompt: string | null;
  model: string | null;
  loop_mode: 'native' | 'crossfade' | null;
  motion: MotionLevel;
  mode: Mode;
  dur_seconds: number;
  /** null: each generation draws a fresh one. */
  seed: number | null;
  aspect: Aspect;
  /** Generations accepted so far. */
  generation_count: number;
  /** Number of the generation that is served; null before the first clip. */
  generation: number | null;
  /** Unix ms, like every time here. */
  created_at: number;
  ready_at: number | null;
  /** Since when the edge is known to serve this clip. */
  edge_live_at: number | null;
  error: string | null;
  in_flight: InFlight | null;
}

export interface InFlight {
  generation_id: string;
  generation: number;
  status: 'queued' | 'running';
  stage: string | null;
  eta_seconds: number;
}

const ms = (date: Date | null) => date?.getTime() ?? null;

/** The asset as the API shows it. */
export async function assetJson(rt: Runtime, asset: AssetRow): Promise<AssetJson> {
  const { current } = asset;
  const link = (ext: 'mp4' | 'jpg') => rt.env.PUBLIC_URL + embedLink(rt, asset.project, asset, ext);
  return {
    id: asset.id,
    project_id: asset.projectId,
    name: asset.name,
    src_url: sourceUrl(rt, asset.src),
    embed_url: link('mp4'),
    status: asset.status as AssetJson['status'],
    mp4_url: current ? link('mp4') : null,
    poster_url: link('jpg'),
    blur_data_url: asset.blurDataUrl,
    duration_ms: current?.durationMs ?? null,
    bytes: current?.bytes ?? null,
    width: current?.width ?? null,
    height: current?.height ?? null,
    vision_prompt: current?.prompt ?? null,
    model: current?.model ?? null,
    loop_mode: (current?.loopMode ?? null) as AssetJson['loop_mode'],
    motion: asset.motion as MotionLevel,
    mode: asset.mode as Mode,
    dur_seconds: asset.durSeconds,
    seed: asset.seed,
    aspect: asset.aspect as Aspect,
    generation_count: asset.generationCount,
    generation: current?.number ?? null,
    created_at: asset.createdAt.getTime(),
    ready_at: ms(asset.readyAt),
    edge_live_at: ms(asset.edgeLiveAt),
    error: asset.error,
    in_flight: await inFlight(rt, asset.generations[0]),
  };
}

async function inFlight(rt: Runtime, run: AssetRow['generations'][number] | undefined): Promise<InFlight | null> {
  if (!run) return null;
  return {
    generation_id: run.id,
    generation: run.number,
    status: run.status as InFlight['status'],
    stage: run.stage,
    eta_seconds: Math.ceil((await remainingMs(rt, rt.db, run)) / 1000),
  };
}
