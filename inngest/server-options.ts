interface ServerEnv {
  INNGEST_DEV?: string;
  INNGEST_BASE_URL?: string;
  INNGEST_EVENT_KEY?: string;
  INNGEST_SIGNING_KEY?: string;
}

/** How a client reaches the Inngest server that the environment names: a dev server, a self-hosted one, or the cloud. */
export function serverOptions({ INNGEST_DEV: dev = '', INNGEST_BASE_URL, INNGEST_EVENT_KEY, INNGEST_SIGNING_KEY }: ServerEnv) {
  const isDev = !['', '0', 'false'].includes(dev);
  return {
    isDev,
    baseUrl: INNGEST_BASE_URL || (/^https?:/.test(dev) ? dev : undefined),
    eventKey: INNGEST_EVENT_KEY || undefined,
    signingKey: INNGEST_SIGNING_KEY || undefined,
  };
}
