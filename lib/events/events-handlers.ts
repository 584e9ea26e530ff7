import { findOwnedAsset } from '../assets/find-owned-asset';
import { withHeader } from '../http/answer';
import { ApiError, notFound } from '../http/errors';
import { answerSafely, route, type Handler } from '../http/route';
import { cursorOf, streamEvents } from './stream-events';

const wantsProgress = (req: Request) => new URL(req.url).searchParams.get('progress') === '1';

/** GET /v1/{projectKey}/events/{assetId}: for browsers, CLIs and builds; the project key is the credential. */
export const publicEvents: Handler = async (req, context) => {
  const answer = await answerSafely(req, async (rt) => {
    const { key = '', assetId = '' } = await context.params;
    // Each must look like one before the database sees it.
    const project = /^[\w-]{1,64}$/.test(key)
      ? await rt.db.project.findUnique({
          where: { proxyKey: key },
          select: { assets: { where: { id: /^[0-9a-f]{16}$/.test(assetId) ? assetId : '' }, select: { id: true } } },
        })
      : null;
    if (!project) throw new ApiError('unknown_project_key', 'unknown project key');
    if (project.assets.length === 0) throw notFound();
    return streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal });
  });
  return withHeader(answer, 'Access-Control-Allow-Origin', '*');
};

/** GET /api/assets/{id}/events: the same stream for the owner's session. */
export const ownEvents: Handler = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  handle: async ({ rt, req, loaded: assetId }) =>
    streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal }),
});
