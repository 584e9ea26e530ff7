import { errorAnswer } from '../http/answer';
import { ApiError, notFound } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { route, type Handler } from '../http/route';
import { findOwnedAsset } from '../assets/find-owned-asset';
import { runtime } from '../runtime';
import { cursorOf, streamEvents } from './stream-events';

const wantsProgress = (req: Request) => new URL(req.url).searchParams.get('progress') === '1';

/** GET /v1/{projectKey}/events/{assetId}: for browsers, CLIs and builds; the project key is the credential. */
export const publicEvents: Handler = async (req, context) => {
  const rt = runtime();
  const requestId = requestIdOf(req);
  const { key = '', assetId = '' } = await context.params;
  let answer: Response;
  try {
    if (!/^[\w-]{1,64}$/.test(key)) throw new ApiError('unknown_project_key', 'unknown project key');
    const project = await rt.db.project.findUnique({
      where: { proxyKey: key },
      select: { assets: { where: { id: /^[0-9a-f]{16}$/.test(assetId) ? assetId : '' }, select: { id: true } } },
    });
    if (!project) throw new ApiError('unknown_project_key', 'unknown project key');
    if (project.assets.length === 0) throw notFound();
    answer = streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal });
  } catch (error) {
    answer = errorAnswer(error, requestId, rt.log);
  }
  answer.headers.set('X-Request-Id', requestId);
  answer.headers.set('Access-Control-Allow-Origin', '*');
  return answer;
};

/** GET /api/assets/{id}/events: the same stream for the owner's session. */
export const ownEvents: Handler = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  handle: async ({ rt, req, loaded: assetId }) =>
    streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal }),
});
