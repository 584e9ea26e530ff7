import { answerBytes, represent } from '../delivery/answer-bytes';
import { notFound } from '../http/errors';
import { errorReply, type Reply, toResponse } from '../http/reply';
import { requestIdOf } from '../http/request-id';
import { runtime, type Runtime } from '../runtime';
import { UPLOAD_KEY, uploadObject } from '../sources/canonical-source';

const TYPES: Record<string, string> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' };

/** GET|HEAD /uploads/usr_…/file.ext. Public and permanent; a stranger's file, so a browser must take it for a picture only. */
export async function serveUpload(req: Request): Promise<Response> {
  const rt = runtime();
  const requestId = requestIdOf(req);
  let reply: Reply;
  try {
    reply = await answerUpload(rt, req);
  } catch (error) {
    reply = errorReply(error, requestId, rt.log);
  }
  const common = { 'X-Request-Id': requestId, 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' };
  return toResponse({ ...reply, headers: { ...reply.headers, ...common } });
}

async function answerUpload(rt: Runtime, req: Request): Promise<Reply> {
  const key = /\/uploads\/([^?#]*)$/.exec(new URL(req.url).pathname)?.[1] ?? '';
  const type = TYPES[key.slice(key.lastIndexOf('.') + 1)];
  if (!type || !UPLOAD_KEY.test(key)) throw notFound();
  const object = uploadObject(key);
  const size = await rt.storage.size(object);
  if (size === null) throw notFound();
  return answerBytes(req, represent({
    size,
    etag: `"${key.split('/')[1]!}"`,
    read: (range) => rt.hot.blocks.read(object, size, range),
    headers: {
      'Content-Type': type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    },
  }));
}
