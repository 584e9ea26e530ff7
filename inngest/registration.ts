import type { Log } from '@/lib/log';

type Handler = (req: Request) => Promise<Response>;

export interface Registration {
  stop(): void;
}

interface Options {
  /** The SDK's handler: a PUT makes it tell the server its functions (SDK specification 4.3). */
  handler: Handler;
  /** Where the server is to call us. */
  appUrl: string;
  /** Where the server is, for people. */
  server: string;
  log: Log;
  firstWaitMs?: number;
}

const LONGEST_WAIT_MS = 60_000;

/**
 * A PUT may come from anybody, and the SDK registers the address it finds in it: somebody else's would be called with
 * our signatures. Whoever asks, the address is ours.
 */
export function atOwnAddress(handler: Handler, appUrl: string): Handler {
  return async (req) => {
    if (req.method !== 'PUT') return handler(req);
    const url = new URL(appUrl);
    url.search = new URL(req.url).search;
    return handler(new Request(url, { method: 'PUT', headers: req.headers, body: await req.text() }));
  };
}

/** Tells a server which functions are here and where, until it has taken them; it may start after us. */
export function keepRegistering({ handler, appUrl, server, log, firstWaitMs = 1_000 }: Options): Registration {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (waitMs: number): Promise<void> => {
    const failure = await register(handler, appUrl);
    if (stopped) return;
    if (!failure) return log.info({ server, url: appUrl }, 'registered with the Inngest server');
    log.warn({ server, url: appUrl, answer: failure.answer }, `${failure.why}; trying again in ${waitMs / 1000} s`);
    timer = setTimeout(() => void attempt(Math.min(2 * waitMs, LONGEST_WAIT_MS)), waitMs).unref();
  };
  void attempt(firstWaitMs);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function register(handler: Handler, appUrl: string): Promise<{ why: string; answer: string } | undefined> {
  const res = await handler(new Request(appUrl, { method: 'PUT', headers: { host: new URL(appUrl).host } }));
  const answer = await res.text();
  if (res.status === 200) return undefined;
  if (/fetch failed/.test(answer)) return { why: 'the Inngest server cannot be reached, and runs wait until it is; see INNGEST_BASE_URL', answer };
  // The SDK tells the server's status in its words where the answer was not JSON.
  if ([401, 403].includes(res.status) || /status code: 40[13]/.test(answer)) return { why: 'the Inngest server refuses INNGEST_SIGNING_KEY', answer };
  return { why: 'the Inngest server did not take the functions', answer };
}
