import { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databases, makeWorld, runsOf, type TestDatabase, type World } from './contract/harness';

describe.each(databases)('retries and failures on $name', ({ open }) => {
  let test: TestDatabase;
  let world: World;
  beforeAll(async () => void (test = await open()));
  afterAll(() => test.close());
  afterEach(async () => {
    await world.engine.stop();
    await test.reset();
  });
  const start = async (options = {}): Promise<World> => {
    world = makeWorld(test.db, options);
    await world.engine.start();
    return world;
  };

  it('tries a failed step again after its backoff, with the attempt number, and nothing before it', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/flaky', data: { failures: 2 } }]);
    await engine.idle();
    expect(rec.whats).toEqual(['sure', 'unsure 0']);
    clock.advance(999);
    await engine.idle();
    expect(rec.whats).toEqual(['sure', 'unsure 0']);
    clock.advance(1);
    await engine.idle();
    clock.advance(2000);
    await engine.idle();
    // The attempt number starts anew with the next step.
    expect(rec.whats).toEqual(['sure', 'unsure 0', 'unsure 1', 'unsure 2', 'then 0']);
    expect(await runsOf(test.db, 'flaky')).toMatchObject([{ status: 'completed', output: 'made it' }]);
  });

  it('fails the run when the retries are used up', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/flaky', data: { failures: 9 } }]);
    for (let i = 0; i < 6; i++) {
      await engine.idle();
      clock.advance(60_000);
    }
    expect(rec.whats).toEqual(['sure', 'unsure 0', 'unsure 1', 'unsure 2', 'unsure 3']);
    expect(await runsOf(test.db, 'flaky')).toMatchObject([{ status: 'failed', error: { message: 'failure 3' } }]);
  });

  it('tries again when the function throws between steps', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/flaky-body', data: { failures: 1 } }]);
    await engine.idle();
    clock.advance(1000);
    await engine.idle();
    expect(rec.whats).toEqual(['sure', 'body 0', 'body 1']);
    expect(await runsOf(test.db, 'flaky-body')).toMatchObject([{ status: 'completed', output: 1 }]);
  });

  it('waits as long as a RetryAfterError asks', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/retry-after' }]);
    await engine.idle();
    clock.advance(89_999);
    await engine.idle();
    expect(rec.whats).toEqual(['limited 0']);
    clock.advance(1);
    await engine.idle();
    expect(rec.whats).toEqual(['limited 0', 'limited 1']);
  });

  it('does not try again after a NonRetriableError, and gives onFailure the error and the event', async () => {
    const { engine, rec } = await start();
    await engine.send([{ name: 'contract/hopeless', data: { x: 1 } }]);
    await engine.idle();
    expect(rec.whats).toEqual(['breaks 0', 'onFailure']);
    const detail = { name: 'NonRetriableError', message: 'no use', data: { x: 1 }, fn: 'contract-hopeless' };
    expect(rec.details('onFailure')).toEqual([expect.objectContaining({ ...detail, name: expect.any(String) })]);
    expect(await runsOf(test.db, 'hopeless')).toMatchObject([{ status: 'failed' }]);
    expect(await runsOf(test.db, 'hopeless-failure')).toMatchObject([{ status: 'completed' }]);
  });

  it('calls onFailure once, after the last attempt, with its error', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/exhausted' }]);
    await engine.idle();
    clock.advance(1000);
    await engine.idle();
    expect(rec.whats).toEqual(['breaks 0', 'breaks 1', 'onFailure']);
    expect(rec.details('onFailure')).toEqual(['broken 1']);
  });

  it('lets the function catch a step that failed for good', async () => {
    const { engine, rec } = await start();
    await engine.send([{ name: 'contract/catcher' }]);
    await engine.idle();
    expect(rec.whats).toEqual(['breaks']);
    expect(await runsOf(test.db, 'catcher')).toMatchObject([{ status: 'completed', output: 'instead of: broken' }]);
  });

  it.each([
    ['a 206 that is not a list', () => new Response('{"op":"StepRun"}', { status: 206 }), 'without a list'],
    ['a body that is not JSON', () => new Response('<html>', { status: 200 }), 'not JSON'],
    ['a status of its own', () => new Response('{}', { status: 302 }), 'status 302'],
    ['an empty list', () => new Response('[]', { status: 206 }), 'nothing to run'],
    ['an unknown operation', () => new Response('[{"id":"x","op":"Gateway","displayName":"fetch it"}]', { status: 206 }), 'step "fetch it": operation "Gateway"'],
  ])('fails the run clearly when the handler answers with %s', async (_what, answer, message) => {
    const client = new Inngest({ id: 'contract', isDev: false, eventKey: 'e', signingKey: 'signkey-test-0123456789abcdef' });
    const real = serve({ client, functions: [client.createFunction({ id: 'any', triggers: { event: 'contract/any' } }, () => 1)] });
    const { engine } = await start({ handler: async (req: Request) => (req.method === 'POST' ? answer() : real(req)) });
    await engine.send([{ name: 'contract/any' }]);
    await engine.idle();
    const [run] = await runsOf(test.db, 'any');
    expect(run).toMatchObject({ status: 'failed' });
    expect(run?.error?.message).toContain(message);
  });
});
