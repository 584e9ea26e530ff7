import { type Env, REPLICATE_URL } from '../../env';

type Urls = Pick<Env, 'PUBLIC_URL' | 'REPLICATE_BASE_URL'>;

/** Replicate calls https addresses only; a stand-in on this machine calls any. */
const reachable = ({ PUBLIC_URL, REPLICATE_BASE_URL }: Urls) => PUBLIC_URL.startsWith('https://') || REPLICATE_BASE_URL !== REPLICATE_URL;

/** Where the service tells that a prediction began or ended; undefined where it couldn't reach us: then we ask. */
export function webhookUrl(env: Urls, rowId: string): string | undefined {
  return reachable(env) ? `${env.PUBLIC_URL}/api/replicate/webhook?prediction=${encodeURIComponent(rowId)}` : undefined;
}

/** How long until we ask by ourselves, in ms: behind webhooks seldom, else often enough to not be noticed. */
export function pollDelayMs(env: Urls, ageMs: number): number {
  if (reachable(env)) return ageMs < 60_000 ? 15_000 : 30_000;
  return ageMs < 30_000 ? 2_000 : 5_000;
}
