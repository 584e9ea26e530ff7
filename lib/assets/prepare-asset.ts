import { z } from 'zod';
import { estimateEta } from '../generation/estimate-eta';
import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';
import { isUpload, uploadKeyOf } from '../sources/canonical-source';
import { parseSource } from '../sources/parse-source';
import { readSource } from '../sources/read-source';
import { sourceAnswer } from '../sources/source-answer';
import { assetId } from './asset-id';
import { assetInclude, assetJson, type AssetJson } from './asset-json';
import { mintAsset } from './mint-asset';
import { aspectSchema, durSecondsSchema, type ExplicitParams, idemSchema, modeSchema, motionSchema, promptSchema, seedSchema } from './params';

export const prepareBody = z.strictObject({
  project_id: z.string().min(1).max(64),
  src: z.string().min(1).max(2048),
  motion: motionSchema.optional(),
  mode: modeSchema.optional(),
  dur_seconds: durSecondsSchema.optional(),
  prompt_override: promptSchema.optional(),
  seed: seedSchema.optional(),
  aspect: aspectSchema.optional(),
  idem: idemSchema.optional(),
});

export interface Prepared {
  asset_id: string;
  status: AssetJson['status'];
  eta_seconds: number;
  embed_url: string;
  mp4_url: string;
  poster_url: string;
  events_url: string;
  generation: number;
}

/**
 * Makes (or finds) the asset of a source and its options before anyone views it. The same options give the same asset,
 * charged once.
 * @throws ApiError 400, 413, 415 for a source that cannot become a clip, 404 for a project that is not the user's, 429 quota.
 */
export async function prepareAsset(
  rt: Runtime,
  user: { id: string },
  body: z.output<typeof prepareBody>,
  requestId: string,
): Promise<Prepared> {
  const project = await rt.db.project.findFirst({ where: { id: body.project_id, ownerId: user.id }, select: { id: true, proxyKey: true } });
  if (!project) throw notFound();
  const src = await ownSource(rt, user.id, body.src);
  const explicit = explicitParams(body);
  await requireSource(rt, assetId(project.id, src, explicit), src);
  const { assetId: id } = await mintAsset(rt, { project, src, explicit, mintedBy: 'owner', requestId });
  const asset = await rt.db.asset.findUnique({ where: { id }, include: assetInclude });
  // It was deleted meanwhile.
  if (!asset) throw notFound();
  const json = await assetJson(rt, asset);
  const waiting = asset.generations[0];
  return {
    asset_id: id,
    status: json.status,
    eta_seconds: waiting ? await estimateEta(rt, rt.db, { ...waiting, assetId: id }) : 0,
    embed_url: json.embed_url,
    mp4_url: json.embed_url,
    poster_url: json.poster_url,
    events_url: `${rt.env.PUBLIC_URL}/v1/${project.proxyKey}/events/${id}`,
    generation: asset.generationCount,
  };
}

/** A source that cannot become a clip is told at once and costs nothing. Uploads were checked when they came. */
async function requireSource(rt: Runtime, id: string, src: string): Promise<void> {
  if (isUpload(src) || (await rt.db.asset.count({ where: { id } })) > 0) return;
  await readSource(rt, src).catch((error: unknown) => {
    throw sourceAnswer(error);
  });
}

/** An upload must exist and be the user's own. */
async function ownSource(rt: Runtime, userId: string, text: string): Promise<string> {
  const src = parseSource(rt, text);
  if (!isUpload(src)) return src;
  const upload = await rt.db.upload.findFirst({ where: { key: uploadKeyOf(src), userId }, select: { key: true } });
  if (!upload) throw notFound();
  return src;
}

function explicitParams(body: z.output<typeof prepareBody>): ExplicitParams {
  const { motion, mode, dur_seconds: dur, prompt_override: prompt, seed, aspect, idem } = body;
  return Object.fromEntries(Object.entries({ motion, mode, dur, prompt, seed, aspect, idem }).filter(([, value]) => value !== undefined));
}
