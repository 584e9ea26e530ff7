import { answerBytes } from '../delivery/answer-bytes';
import { errorAnswer } from '../http/answer';
import { notFound } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { runtime, type Runtime } from '../runtime';
import { UPLOAD_KEY, uploadObject } from '../sources/canonical-source';

const TYPES: Record<string, string> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' };

/** GET|HEAD /uploads/usr_…/file.ext. Public and permanent; a stranger's file, so a browser must take it for a picture only. */
export async function serveUpload(req: Request): Promise<Response> {
  const rt = runtime();
  const requestId = requestIdOf(req);
  let answer: Response;
  try {
    answer = await answerUpload(rt, req);
  } catch (error) {
    answer = errorAnswer(error, requestId, rt.log);
  }
  answer.headers.set('X-Request-Id', requestId);
  answer.headers.set('Access-Control-Allow-Origin', '*');
  answer.headers.set('X-Content-Type-Options', 'nosniff');
  return answer;
}

async function answerUpload(rt: Runtime, req: Request): Promise<Response> {
  const key = /\/uploads\/([^?#]*)$/.exec(new URL(req.url).pathname)?.[1] ?? '';
  const type = TYPES[key.slice(key.lastIndexOf('.') + 1)];
  if (!type || !UPLOAD_KEY.test(key)) throw notFound();
  const object = uploadObject(key);
  const size = await rt.storage.size(object);
  if (size === null) throw notFound();
  return answerBytes(req, {
    size,
    etag: `"${key.split('/')[1]!}"`,
    read: (range) => rt.storage.read(object, range),
    headers: {
      'Content-Type': type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    },
  });
}
