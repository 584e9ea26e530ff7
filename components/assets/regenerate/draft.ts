import type { Asset, Mode, Motion, RegenerateBody } from '../../api-types';

export const PROMPT_MAX = 500;
export const SEED_MAX = 2_147_483_647;

/** What the form holds. */
export interface Draft {
  motion: Motion;
  mode: Mode;
  dur_seconds: number;
  prompt: string;
  pinned: boolean;
  seed: string;
}

export const draftOf = (asset: Asset): Draft => ({
  motion: asset.motion,
  mode: asset.mode,
  dur_seconds: asset.dur_seconds,
  prompt: '',
  pinned: asset.seed !== null,
  seed: asset.seed === null ? '' : String(asset.seed),
});

/** What is wrong with the draft, a message a field. */
export function draftErrors(draft: Draft): { prompt?: string; seed?: string } {
  const wrong: { prompt?: string; seed?: string } = {};
  if (draft.prompt.trim().length > PROMPT_MAX) wrong.prompt = `At most ${PROMPT_MAX} characters.`;
  if (draft.pinned && (!/^\d+$/.test(draft.seed) || Number(draft.seed) > SEED_MAX)) {
    wrong.seed = `A whole number from 0 to ${SEED_MAX}.`;
  }
  return wrong;
}

/** The request: only what differs from the asset's current values. */
export function bodyOf(asset: Asset, draft: Draft): RegenerateBody {
  const seed = draft.pinned ? Number(draft.seed) : null;
  const prompt = draft.prompt.trim();
  return {
    ...(draft.motion !== asset.motion && { motion: draft.motion }),
    ...(draft.mode !== asset.mode && { mode: draft.mode }),
    ...(draft.dur_seconds !== asset.dur_seconds && { dur_seconds: draft.dur_seconds }),
    ...(prompt && { prompt_override: prompt }),
    ...(seed !== asset.seed && { seed }),
  };
}

/** The same request for a shell. */
export function curlOf(origin: string, assetId: string, body: RegenerateBody) {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    `curl -X POST "${origin}/api/assets/${assetId}/regenerate"`,
    `  -H 'Content-Type: application/json' -b cookie.txt`,
    `  -d '${json}'`,
  ].join(' \\\n');
}
