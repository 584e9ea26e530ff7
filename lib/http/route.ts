import type { z } from 'zod';
import { openSession, type OpenSession, type SessionUser } from '../auth/open-session';
import { slideSession } from '../auth/slide-session';
import { runtime, type Runtime } from '../runtime';
import { errorAnswer, json, withHeader } from './answer';
import { ApiError, notFound } from './errors';
import { check, readJsonBody } from './json-body';
import { isPlainText } from './plain-text';
import { limitRate } from './rate-limit';
import { requestIdOf } from './request-id';
import { requireSameOrigin } from './same-origin';

export type Params = Record<string, string>;
/** A Web-standard handler: Next's route handlers and the fast mount call it alike. */
export type Handler = (req: Request, context: { params: Promise<Params> }) => Promise<Response>;

/** What a use case's caller knows about the call. */
export interface Call<User, Loaded, Body, Query> {
  rt: Runtime;
  req: Request;
  url: URL;
  params: Params;
  requestId: string;
  user: User;
  loaded: Loaded;
  body: Body;
  query: Query;
}

interface Spec<Auth extends 'user' | 'none', Loaded, Body extends z.ZodType, Query extends z.ZodType> {
  /** `user` answers 401 to the signed-out. */
  auth: Auth;
  /** Finds what the path names, for this user. Runs before validation, so that 404 comes before 400. */
  load?: (call: { rt: Runtime; user: UserOf<Auth>; params: Params }) => Promise<Loaded>;
  body?: Body;
  query?: Query;
  /** Calls per minute and user (300 for all signed-in calls without a limit of their own). */
  rate?: { name: string; perMinute: number };
  handle: (call: Call<UserOf<Auth>, Loaded, z.output<Body>, z.output<Query>>) => Promise<Response | object>;
}

type UserOf<Auth> = Auth extends 'user' ? SessionUser : null;

const EVERY_OTHER = { name: 'any', perMinute: 300 };
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The one wrapper of API routes. Guards in the contract's order: same origin, 401, 404 (`load`), 400 (query, body),
 * 429 rate, then the use case. Every answer carries `X-Request-Id`; unknown errors are opaque. A session in use is
 * prolonged on the way out.
 */
export function route<Auth extends 'user' | 'none', Loaded, Body extends z.ZodType, Query extends z.ZodType>(
  spec: Spec<Auth, Loaded, Body, Query>,
): Handler {
  return (req, context) =>
    answerSafely(req, async (rt, requestId) => {
      if (!SAFE.has(req.method)) requireSameOrigin(rt, req);
      const session = spec.auth === 'user' ? await requireSession(rt, req) : null;
      const answer = await guarded(rt, req, await context.params, requestId, session, spec);
      const cookie = session && (await slideSession(rt, session));
      return cookie ? withHeader(answer, 'Set-Cookie', cookie) : answer;
    });
}

/**
 * Runs `work` so that whatever it throws becomes an answer, and every answer carries `X-Request-Id`.
 * For handlers that are not a `route`, such as next-auth's.
 */
export async function answerSafely(
  req: Request,
  work: (rt: Runtime, requestId: string) => Promise<Response>,
): Promise<Response> {
  const requestId = requestIdOf(req);
  const rt = runtime();
  let answer: Response;
  try {
    answer = await work(rt, requestId);
  } catch (error) {
    answer = errorAnswer(error, requestId, rt.log);
  }
  if (req.method === 'HEAD' && answer.body) {
    // A HEAD that reached a GET handler: a body nobody reads would keep its source open.
    await answer.body.cancel();
    answer = new Response(null, answer);
  }
  return answer.headers.has('X-Request-Id') ? answer : withHeader(answer, 'X-Request-Id', requestId);
}

async function guarded<Auth extends 'user' | 'none', Loaded, Body extends z.ZodType, Query extends z.ZodType>(
  rt: Runtime,
  req: Request,
  params: Params,
  requestId: string,
  session: OpenSession | null,
  spec: Spec<Auth, Loaded, Body, Query>,
): Promise<Response> {
  const user = (session?.user ?? null) as UserOf<Auth>;
  // A path that no stored text can equal names nothing; asked in SQL it would be a database error.
  if (!Object.values(params ?? {}).flat().every(isPlainText)) throw notFound();
  const loaded = (await spec.load?.({ rt, user, params })) as Loaded;
  const url = new URL(req.url);
  const query = (spec.query ? check(spec.query, Object.fromEntries(url.searchParams)) : undefined) as z.output<Query>;
  const body = (spec.body ? await readJsonBody(req, spec.body) : undefined) as z.output<Body>;
  if (user) {
    const rate = spec.rate ?? EVERY_OTHER;
    await limitRate(rt, `${rate.name}:${user.id}`, rate.perMinute);
  }
  const result = await spec.handle({ rt, req, url, params, requestId, user, loaded, body, query });
  return isResponse(result) ? result : json(result);
}

async function requireSession(rt: Runtime, req: Request): Promise<OpenSession> {
  const session = await openSession(rt, req.headers.get('cookie'));
  if (!session) throw new ApiError('unauthorized', 'sign in first');
  return session;
}

// By tag, not instanceof: servers and bundlers may bring a Response class of their own.
const isResponse = (value: object): value is Response => Object.prototype.toString.call(value) === '[object Response]';
