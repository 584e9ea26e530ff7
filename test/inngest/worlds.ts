import { serverWorld } from '@/inngest/contract/worlds/server';
import type { World } from '@/inngest/contract/worlds/world';
import { serveStandIn } from './serve';

export const EVENT_KEY = 'stand-in-event-key';
export const SIGNING_KEY = 'signkey-prod-00112233445566778899aabbccddeeff';

/** A stand-in of its own, known to the suite by the environment a real server would be known by. */
export async function standInWorld(kind: 'signed' | 'dev'): Promise<World> {
  let aheadMs = 0;
  const keys = kind === 'signed' ? { eventKey: EVENT_KEY, signingKey: SIGNING_KEY } : {};
  const served = await serveStandIn({ ...keys, clock: { now: () => Date.now() + aheadMs } });
  const world = await serverWorld({
    env: kind === 'signed' ? { INNGEST_BASE_URL: served.url, INNGEST_EVENT_KEY: EVENT_KEY, INNGEST_SIGNING_KEY: SIGNING_KEY } : { INNGEST_DEV: served.url },
    listen: { host: '127.0.0.1', port: 0 },
    functions: { finish: '3s' },
    limits: { endMs: 40_000, settleMs: 1_000, resendMs: Infinity, lookMs: 20, readMs: 300 },
    toleranceMs: 2,
    looksBack: true,
    scheduleMs: 86_400_000,
    passTime: (ms) => void (aheadMs += ms),
  });
  return {
    ...world,
    async close() {
      await world.close();
      await served.close();
    },
  };
}
