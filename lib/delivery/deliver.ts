import type { Call } from '../http/call';
import { ApiError } from '../http/errors';
import { errorReply, type Reply, toResponse } from '../http/reply';
import { requestIdOf } from '../http/request-id';
import { runtime, type Runtime } from '../runtime';
import { isObjectMissing } from '../storage/storage';
import { commonHeaders, preflightHeaders } from './embed-headers';
import { serveClip } from './serve-clip';
import { servePoster } from './serve-poster';

/**
 * `GET|HEAD|OPTIONS /v1/{key}/{source}.{mp4|jpg}` as a Web-standard handler; the fast mount calls what is behind it.
 * Statuses and headers: spec 2, reference 5 and 6.
 */
export const deliver = async (req: Request): Promise<Response> => toResponse(await replyToEmbed(req));

/** The answer to a request for an embed URL. Never throws. */
export async function replyToEmbed(call: Call): Promise<Reply> {
  const rt = runtime();
  const requestId = requestIdOf(call);
  let reply: Reply;
  try {
    reply = await answerTwice(() => answerEmbed(rt, call, requestId));
  } catch (error) {
    reply = errorReply(error, requestId, rt.log);
  }
  Object.assign(reply.headers, commonHeaders(requestId));
  // HEAD answers with the headers alone (RFC 9110, 9.3.2).
  if (call.method === 'HEAD') reply.body = null;
  return reply;
}

/** A deletion may take an object away between reading the pointer and opening it: then the pointer is read anew. */
async function answerTwice(answer: () => Promise<Reply>): Promise<Reply> {
  try {
    return await answer();
  } catch (error) {
    if (!isObjectMissing(error)) throw error;
    return answer();
  }
}

async function answerEmbed(rt: Runtime, call: Call, requestId: string): Promise<Reply> {
  if (call.method === 'OPTIONS') return { status: 204, headers: { ...preflightHeaders }, body: null };
  if (call.method !== 'GET' && call.method !== 'HEAD') {
    throw new ApiError('method_not_allowed', 'use GET or HEAD', { headers: { Allow: preflightHeaders.Allow } });
  }
  const seen = rt.hot.embeds.see(rt, call);
  const view = { rt, call, requestId, ...(seen instanceof Promise ? await seen : seen) };
  return view.wanted.format === 'jpg' ? servePoster(view) : serveClip(view);
}
