import { remainingMs } from '../generation/estimate-eta';
import { ApiError } from '../http/errors';
import { jsonReply, type Reply } from '../http/reply';
import { assetHeaders } from './embed-headers';
import type { View } from './view';

/** The run a viewer waits for. */
export interface Progress {
  /** `queued`, `vision`, `stage1`, …, or `failed`. */
  stage: string;
  etaMs: number;
}

/** How far an asset without a clip is. */
export async function readProgress({ rt, found }: View): Promise<Progress> {
  if (found.asset?.status === 'failed') return { stage: 'failed', etaMs: 0 };
  const run = await rt.db.generation.findFirst({
    where: { assetId: found.assetId, status: { in: ['queued', 'running'] } },
    orderBy: { number: 'asc' },
    select: { status: true, stage: true, model: true, mode: true, startedAt: true },
  });
  // None when it ended between two queries: the next look tells.
  if (!run) return { stage: 'queued', etaMs: 500 };
  // Fetching the source has no name among the stages of reference 6.
  return { stage: run.stage && run.stage !== 'source' ? run.stage : 'queued', etaMs: Math.round(await remainingMs(rt, rt.db, run)) };
}

/** 202: the clip is being made (reference 6). */
export function pendingAnswer({ found }: View, { stage, etaMs }: Progress): Reply {
  const seconds = Math.max(1, Math.round(etaMs / 1000));
  return jsonReply(
    { status: 'pending', asset_id: found.assetId, eta_seconds: seconds },
    { status: 202, headers: { ...assetHeaders(found, stage, 0), 'Retry-After': String(seconds), 'X-Motioness-Eta-Ms': String(etaMs) } },
  );
}

/** 502: it was tried, and there is no clip to fall back to. */
export function failedAnswer({ found }: View): ApiError {
  return new ApiError('generation_failed', 'last generation failed', {
    body: { asset_id: found.assetId, hint: `POST /api/v1/regenerate/${found.assetId}` },
    headers: assetHeaders(found, 'failed', 0),
  });
}
