import Replicate from 'replicate';
import { describe, expect, it } from 'vitest';
import { makeWorld, refusal, WAN } from './test-world';

describe('what is broken on purpose', () => {
  it.each([500, 502, 503])('%i answers one request and takes no effect', async (how) => {
    const { standIn, create } = makeWorld();
    standIn.breakNext({ method: 'POST', path: '/predictions$', how });
    await expect(create()).rejects.toThrow(`failed with status ${how}`);
    expect(standIn.count()).toBe(0);
    expect((await create()).status).toBe('starting');
  });

  it('a 502 whose request took effect leaves a prediction that nobody was told of', async () => {
    const { standIn, create } = makeWorld();
    standIn.breakNext({ method: 'POST', path: '/predictions$', how: 502, afterEffect: true });
    await expect(create()).rejects.toThrow('failed with status 502');
    expect(standIn.count({ model: WAN })).toBe(1);
  });

  // The client 1.4.0 repeats a POST at once when its answer is lost: each time another prediction, and another bill.
  it('a lost answer makes the client create the prediction again', async () => {
    const { standIn, create } = makeWorld();
    standIn.breakNext({ method: 'POST', path: '/predictions$', how: 'reset', afterEffect: true });
    const { id } = await create();
    expect(standIn.predictions().map((one) => one.id)).toEqual([expect.any(String), id]);
  });

  it('an answer that breaks off in its body is no answer, though the prediction is there', async () => {
    const { standIn, create } = makeWorld();
    standIn.breakNext({ method: 'POST', path: '/predictions$', how: 'cut' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(standIn.count()).toBe(1);
  });

  it('a reset before the effect is repeated by the client, up to six attempts', async () => {
    const { standIn, create } = makeWorld();
    standIn.breakNext({ method: 'POST', path: '/predictions$', how: 'reset', times: 6 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(standIn.count()).toBe(0);
    expect(standIn.counts()['POST /models/:owner/:name/predictions']).toBe(6);
  });

  it('GET is repeated by the client after 5xx', async () => {
    const { standIn, client, create } = makeWorld();
    const { id } = await create();
    standIn.breakNext({ method: 'GET', how: 503, times: 2 });
    expect((await client.predictions.get(id)).id).toBe(id);
    expect(standIn.counts()['GET /predictions/:id']).toBe(3);
  });

  it('a request that hangs ends when the client gives up, or when the stand-in is closed', async () => {
    const { standIn, client } = makeWorld();
    standIn.breakNext({ path: '/account', how: 'hang', times: 2 });
    const stop = new AbortController();
    const given = standIn.fetch(`${standIn.apiUrl}/account`, { signal: stop.signal });
    const kept = standIn.fetch(`${standIn.apiUrl}/account`);
    const ends = Promise.allSettled([given, kept]);
    stop.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    standIn.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await client.accounts.current()).username).toBe('motioness');
  });

  it('mend lets everything work again', async () => {
    const { standIn, client } = makeWorld();
    standIn.breakNext({ how: 500, times: 99 });
    standIn.rateLimit(99, 1, '/account');
    expect((await refusal(client.accounts.current())).status).toBe(500);
    standIn.mend();
    expect((await client.accounts.current()).username).toBe('motioness');
  });

  // Known faults of the client 1.4.0 that its users must work around; the stand-in shows them.
  it('with data URIs asked for, the client sends itself as the input, its token included', async () => {
    const { standIn } = makeWorld();
    const bodies: string[] = [];
    const watch = (input: Request | string, init?: RequestInit) => {
      bodies.push(String(init?.body));
      return standIn.fetch(input, init);
    };
    const client = new Replicate({ auth: standIn.token, baseUrl: standIn.apiUrl, fetch: watch, fileEncodingStrategy: 'data-uri' });
    expect((await refusal(client.predictions.create({ model: WAN, input: { prompt: 'p', image: Buffer.from('x') } }))).status).toBe(422);
    expect(JSON.parse(bodies[0]!).input.auth).toBe(standIn.token);
  });
});
