import { errorAnswer } from '../http/answer';
import { ApiError } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { runtime, type Runtime } from '../runtime';
import { isObjectMissing } from '../storage/storage';
import { authorise } from './authorise';
import { preflightHeaders, setCommonHeaders } from './embed-headers';
import { findEmbed } from './find-embed';
import { parseEmbed } from './parse-embed';
import { serveClip } from './serve-clip';
import { servePoster } from './serve-poster';

/**
 * `GET|HEAD|OPTIONS /v1/{key}/{source}.{mp4|jpg}` as one Web-standard handler, mounted by Next and by the fast mount
 * alike. Statuses and headers: spec 2, reference 5 and 6.
 */
export async function deliver(req: Request): Promise<Response> {
  const rt = runtime();
  const requestId = requestIdOf(req);
  let answer: Response;
  try {
    answer = await answerTwice(() => answerEmbed(rt, req, requestId));
  } catch (error) {
    answer = errorAnswer(error, requestId, rt.log);
  }
  setCommonHeaders(answer.headers, requestId);
  return req.method === 'HEAD' ? withoutBody(answer) : answer;
}

/** A deletion may take an object away between reading the pointer and opening it: then the pointer is read anew. */
async function answerTwice(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!isObjectMissing(error)) throw error;
    return answer();
  }
}

async function answerEmbed(rt: Runtime, req: Request, requestId: string): Promise<Response> {
  if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflightHeaders });
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    throw new ApiError('method_not_allowed', 'use GET or HEAD', { headers: { Allow: preflightHeaders.Allow } });
  }
  const wanted = parseEmbed(rt, new URL(req.url), req.headers);
  const found = await findEmbed(rt, wanted);
  const view = { rt, req, requestId, wanted, found, ...authorise(rt, found, wanted) };
  return wanted.format === 'jpg' ? servePoster(view) : serveClip(view);
}

/** HEAD answers with the headers alone (RFC 9110, 9.3.2). */
function withoutBody({ status, headers, body }: Response): Response {
  if (!body) return new Response(null, { status, headers });
  void body.cancel();
  return new Response(null, { status, headers });
}
