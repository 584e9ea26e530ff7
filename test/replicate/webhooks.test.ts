import { validateWebhook } from 'replicate';
import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviours';
import { signWebhook } from './sign-webhook';
import type { WebhookMischief } from './types';
import { HOOK, makeWorld, START } from './test-world';

const ALL = ['start', 'output', 'logs', 'completed'] as const;

async function run(mischief: WebhookMischief = {}, filter: readonly string[] | undefined = ['completed'], afterMs = 5000) {
  const world = makeWorld();
  world.standIn.script('*', { afterMs, webhooks: mischief });
  const { id } = await world.create({ webhook: HOOK, ...(filter ? { webhook_events_filter: filter } : {}) });
  await world.pass(afterMs);
  const valid = (at: number) => validateWebhook({ headers: world.received[at]!.request.headers, body: world.received[at]!.body } as never, world.standIn.webhookSecret);
  return { ...world, id, valid };
}

const events = ({ standIn }: ReturnType<typeof makeWorld>) => standIn.webhooks().filter(({ state }) => state === 'delivered').map(({ event }) => event);

describe('webhooks', () => {
  it('are signed as the known vector of Standard Webhooks', () => {
    const webhook = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
    expect(signWebhook(webhook, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('carry the body of GET, and the client’s own check takes them', async () => {
    const { received, client, id, valid } = await run();
    expect(received).toHaveLength(1);
    const [{ request, body }] = received as [(typeof received)[number]];
    expect(request.url).toBe(HOOK);
    expect(JSON.parse(body)).toEqual(await client.predictions.get(id));
    expect(request.headers.get('webhook-timestamp')).toBe(String(START / 1000 + 5));
    expect(await valid(0)).toBe(true);
  });

  it('come for all that the filter names, in order', async () => {
    const world = await run({}, ALL);
    expect(events(world)).toEqual(['start', 'logs', 'output', 'completed']);
    expect(world.received.map(({ body }) => JSON.parse(body).status)).toEqual(['processing', 'processing', 'processing', 'succeeded']);
  });

  it('without a filter: outputs and the end', async () => {
    const world = makeWorld();
    await world.create({ webhook: HOOK });
    await world.pass(5000);
    expect(events(world)).toEqual(['output', 'completed']);
  });

  it('come once for logs and output within half a second', async () => {
    expect(events(await run({}, ALL, 600))).toEqual(['start', 'logs', 'completed']);
  });

  it('tell of a cancellation and a failure', async () => {
    const { standIn, client, create, received } = makeWorld();
    standIn.script('*', behaviours.slow(), behaviours.slow());
    const [one, two] = [await create({ webhook: HOOK }), await create({ webhook: HOOK })];
    await client.predictions.cancel(one.id);
    await standIn.fail(two.id, 'no luck');
    expect(received.map(({ body }) => JSON.parse(body).status)).toEqual(['canceled', 'failed']);
  });

  it('of the end are repeated for a minute while the receiver fails, signed anew under one id', async () => {
    const world = makeWorld();
    world.receiver.answer = () => new Response(null, { status: 503 });
    await world.create({ webhook: HOOK, webhook_events_filter: ['completed'] });
    await world.pass(1000);
    for (let second = 0; second < 120; second++) await world.pass(1000);
    const [webhook] = world.standIn.webhooks();
    expect(webhook!.attempts.map(({ at }) => (at - START) / 1000 - 1)).toEqual([0, 4, 12, 28, 60]);
    expect(webhook).toMatchObject({ state: 'given-up', event: 'completed' });
    const headers = world.received.map(({ request }) => request.headers);
    expect(new Set(headers.map((one) => one.get('webhook-id'))).size).toBe(1);
    expect(headers.map((one) => Number(one.get('webhook-timestamp')) - START / 1000 - 1)).toEqual([0, 4, 12, 28, 60]);
    expect(world.standIn.webhooksWaiting()).toBe(0);
  });

  it('are repeated when nobody answers, until one does', async () => {
    const world = makeWorld();
    world.receiver.answer = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
    await world.create({ webhook: HOOK, webhook_events_filter: ['completed'] });
    await world.pass(1000);
    world.receiver.answer = () => new Response();
    await world.pass(4000);
    const [webhook] = world.standIn.webhooks();
    expect(webhook).toMatchObject({ state: 'delivered', attempts: [{ status: null, error: 'Error: connect ECONNREFUSED' }, { status: 200 }] });
    await world.pass(120_000);
    expect(world.received).toHaveLength(2);
  });

  it.each([
    ['of something on the way', 500, ['start']],
    ['that met a redirect', 301, ['completed']],
  ])('%s are not repeated', async (_, status, filter) => {
    const world = makeWorld();
    world.receiver.answer = () => new Response(null, { status });
    await world.create({ webhook: HOOK, webhook_events_filter: filter });
    await world.pass(1000);
    await world.pass(120_000);
    expect(world.received).toHaveLength(1);
    expect(world.standIn.webhooks()[0]!.state).toBe('given-up');
  });
});

describe('webhooks that go wrong', () => {
  it('twice under one id', async () => {
    const { received, valid } = await run({ copies: 2 });
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ request }) => request.headers.get('webhook-id'))).size).toBe(1);
    expect([await valid(0), await valid(1)]).toEqual([true, true]);
  });

  it('lost: never sent, also not later', async () => {
    const { received, standIn, pass } = await run({ lose: true });
    await pass(120_000);
    expect(received).toHaveLength(0);
    expect(standIn.webhooks()).toMatchObject([{ state: 'lost', attempts: [] }]);
  });

  it('forged: the client’s own check refuses them', async () => {
    const { received, valid } = await run({ forge: true });
    expect(received).toHaveLength(1);
    expect(await valid(0)).toBe(false);
  });

  // The client's check doesn't look at the age: that is for its user to do.
  it('replayed: signed rightly, but long ago', async () => {
    const { received, valid } = await run({ agedSeconds: 3600 });
    expect(received[0]!.request.headers.get('webhook-timestamp')).toBe(String(START / 1000 + 5 - 3600));
    expect(await valid(0)).toBe(true);
  });

  it('out of order: the start comes behind the end', async () => {
    const world = await run({ delayMs: { start: 60_000 } }, ['start', 'completed']);
    await world.pass(60_000);
    expect(world.received.map(({ body }) => JSON.parse(body).status)).toEqual(['succeeded', 'processing']);
  });

  it('by hand, at any time', async () => {
    const { standIn, create, received } = makeWorld();
    const { id } = await create({ webhook: HOOK, webhook_events_filter: ['completed'] });
    await standIn.sendWebhook(id, 'start', { forge: true });
    expect(received.map(({ body }) => JSON.parse(body).status)).toEqual(['starting']);
    expect(standIn.webhooks()).toMatchObject([{ event: 'start', forged: true, state: 'delivered', attempts: [{ status: 200 }] }]);
  });

  it('as a request alone, for tests that call a route themselves', async () => {
    const { standIn } = makeWorld();
    const request = standIn.signedRequest(HOOK, { id: 'msg_1', timestamp: 1, body: '{}' });
    expect(await validateWebhook({ headers: request.headers, body: '{}' } as never, standIn.webhookSecret)).toBe(true);
  });
});
