import { findOwnedAsset } from '../assets/find-owned-asset';
import { commonHeaders, preflightHeaders } from '../delivery/embed-headers';
import { ApiError, notFound } from '../http/errors';
import { answerSafely, route, type Handler } from '../http/route';
import { findProjectOfKey } from '../projects/find-project-of-key';
import { cursorOf, streamEvents } from './stream-events';

const wantsProgress = (req: Request) => new URL(req.url).searchParams.get('progress') === '1';

/** GET /v1/{projectKey}/events/{assetId}: for browsers, CLIs and builds; the project key is the credential, in either mode. */
export const publicEvents: Handler = async (req, context) => {
  const answer = await answerSafely(req, async (rt) => {
    // A page that resumes by fetch asks first, for Last-Event-ID is no header of the plain kind.
    if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflightHeaders });
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new ApiError('method_not_allowed', 'use GET', { headers: { Allow: preflightHeaders.Allow } });
    const { key = '', assetId = '' } = await context.params;
    // Each must look like one before the database sees it.
    const projectId = /^[\w-]{1,64}$/.test(key) ? await findProjectOfKey(rt, key) : null;
    if (projectId === null) throw new ApiError('unknown_project_key', 'unknown project key');
    const known = /^[0-9a-f]{16}$/.test(assetId) && (await rt.db.asset.findFirst({ where: { id: assetId, projectId }, select: { id: true } }));
    if (!known) throw notFound();
    return streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal });
  });
  for (const [name, value] of Object.entries(commonHeaders(answer.headers.get('X-Request-Id')!))) answer.headers.set(name, value);
  return answer;
};

/** GET /api/assets/{id}/events: the same stream for the owner's session. */
export const ownEvents: Handler = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  handle: async ({ rt, req, loaded: assetId }) =>
    streamEvents(rt, { assetId, afterSeq: cursorOf(req), progress: wantsProgress(req), signal: req.signal }),
});
