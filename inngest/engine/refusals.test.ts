import { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import { describe, expect, it } from 'vitest';
import { signBody } from './json';
import { syncFunctions } from './protocol';
import { readFunctions } from './registry';
import { signingKey } from './contract/harness';

const wireOf = (options: object, key = signingKey) => {
  const client = new Inngest({ id: 'app', isDev: false, eventKey: 'e', signingKey, logger: { info() {}, warn() {}, error() {}, debug() {} } });
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'a/b' }, ...options } as never, () => 1);
  return { handler: serve({ client, functions: [fn] }), signingKey: key, appUrl: 'http://app.test' };
};

describe('what start refuses', () => {
  it.each([
    ['batchEvents', { batchEvents: { maxSize: 2, timeout: '1s' } }],
    ['rateLimit', { rateLimit: { limit: 1, period: '1m' } }],
    ['throttle', { throttle: { limit: 1, period: '1m' } }],
    ['debounce', { debounce: { period: '1m' } }],
    ['singleton', { singleton: { mode: 'skip' } }],
    ['cron.jitter', { triggers: { cron: '0 3 * * *', jitter: '30s' } }],
    ['cron', { triggers: { cron: 'not a schedule' } }],
    ['concurrency', { concurrency: { limit: 1, scope: 'account' } }],
    ['concurrency.key', { concurrency: { limit: 1, key: 'event.data.' } }],
    ['idempotency', { idempotency: '(((' }],
    ['triggers.if', { triggers: { event: 'a/b', if: 'event.data.x ===' } }],
    ['timeouts.finish', { timeouts: { finish: 'soon' } }],
  ])('names the function and the option: %s', async (option, config) => {
    const configs = await syncFunctions(wireOf(config));
    expect(() => readFunctions(configs)).toThrow(`function "app-fn": option "${option}"`);
  });

  it('accepts what it enforces', async () => {
    const configs = await syncFunctions(
      wireOf({
        retries: 0,
        concurrency: [{ limit: 2 }, { limit: 1, key: 'event.data.k', scope: 'env' }],
        idempotency: 'event.data.id',
        priority: { run: '10' },
        timeouts: { start: '1m', finish: '2h30m' },
        cancelOn: [{ event: 'a/c', match: 'data.id', timeout: '1h' }],
      }),
    );
    const fn = readFunctions(configs).get('app-fn');
    expect(fn).toMatchObject({ maxAttempts: 1, startMs: 60_000, finishMs: 9_000_000 });
    expect(fn?.limits.map((limit) => limit?.keyFor({ data: { k: 'x' } }))).toEqual(['fn:app-fn', 'env:event.data.k:x']);
  });

  it('does not start with a signing key the handler refuses', async () => {
    await expect(syncFunctions(wireOf({}, 'signkey-test-ffff'))).rejects.toThrow('401 (the signing keys');
  });
});

describe('what the handler refuses', () => {
  const post = (signature: string | undefined, body: string) => {
    const headers: Record<string, string> = { host: 'app.test', ...(signature ? { 'x-inngest-signature': signature } : {}) };
    return wireOf({}).handler(new Request('http://app.test/api/inngest?fnId=app-fn&stepId=step', { method: 'POST', body, headers }));
  };
  const body = '{"ctx":{"attempt":0,"run_id":"r"},"event":{"data":{},"name":"a/b"},"events":[],"steps":{},"version":2}';

  it('runs a call signed with its key, and none that is unsigned, altered, of another key, or old', async () => {
    expect((await post(signBody(body, signingKey, Date.now()), body)).status).toBe(200);
    expect((await post(undefined, body)).status).toBe(401);
    expect((await post(signBody(body, signingKey, Date.now()), body.replace('"r"', '"s"'))).status).toBe(401);
    expect((await post(signBody(body, 'signkey-test-ffff', Date.now()), body)).status).toBe(401);
    expect((await post(signBody(body, signingKey, Date.now() - 360_000), body)).status).toBe(401);
  });
});
