import type { Aspect } from '../assets/params';
import { mintAsset } from '../assets/mint-asset';
import { ApiError, isApiError } from '../http/errors';
import { limitRate } from '../http/rate-limit';
import { isUpload } from '../sources/canonical-source';
import { coalesce } from './coalesce';
import { sourcePoster } from './source-poster';
import type { View } from './view';

/** How long a first view waits to hear whether the source is a picture. */
const CHECK_MS = 1_000;

/**
 * Starts the asset of an embed URL that nobody has asked for yet, inside what the project grants the public. A source
 * that can't become a clip is told right away and costs nothing, neither of the month nor of the minute; one that takes
 * longer than that is left to the run, which gives its unit back if it fails.
 * @throws ApiError 400, 413, 415 source · 403 variants · 429 mint limit, month used up
 */
export function mintEmbed({ rt, requestId, wanted, found }: View): Promise<void> {
  const { project, assetId } = found;
  // A thousand viewers of a new page are one mint, also for the limit.
  return coalesce(`mint:${assetId}`, async () => {
    const { explicit, src } = wanted;
    const closed = (['prompt', 'seed', 'idem'] as const).filter((name) => explicit[name] !== undefined);
    // Signed parameters are the owner's own, not the public's.
    if (!project.signing && project.publicVariants === 'defaults' && closed.length > 0) {
      throw new ApiError('forbidden', `this project makes no public variants by ${closed.join(', ')}`);
    }
    // Uploads were checked when they came.
    if (isUpload(src)) await requireUpload(src, rt);
    else await orLater(sourcePoster(rt, project.id, src, (explicit.aspect ?? 'preserve') as Aspect));
    await limitMints(() => limitRate(rt, `mint:${project.id}`, project.mintLimitPerMinute));
    await mintAsset(rt, { project, src, explicit, mintedBy: 'embed', requestId });
  });
}

/** Resolves after CHECK_MS at the latest; what comes later is of no interest here. */
function orLater(check: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, CHECK_MS);
    check.then(() => resolve(), reject).finally(() => clearTimeout(timer));
  });
}

async function requireUpload(src: string, rt: View['rt']): Promise<void> {
  const upload = await rt.db.upload.findUnique({ where: { key: src.slice('upload:'.length) }, select: { key: true } });
  if (!upload) throw new ApiError('not_found', 'not found');
}

/** The project's own limit has its own code, so that an owner sees which of the limits it was. */
async function limitMints(count: () => Promise<void>): Promise<void> {
  try {
    await count();
  } catch (error) {
    throw isApiError(error) ? new ApiError('mint_limited', error.message, error.extra) : error;
  }
}
