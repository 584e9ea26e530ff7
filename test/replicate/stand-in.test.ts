import Replicate from 'replicate';
import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviours';
import { HOOK, makeWorld, picture, refusal, START, WAN } from './test-world';

describe('a prediction, by the real client', () => {
  it('goes from starting over processing to succeeded as the clock does, and only then', async () => {
    const { client, create, pass } = makeWorld();
    const made = await create();
    expect(made).toMatchObject({ status: 'starting', model: WAN, version: 'hidden', output: null, error: null, data_removed: false, logs: '', source: 'api' });
    expect(made.id).toMatch(/^[0-9a-z]{26}$/);
    expect(made.created_at).toBe('2026-01-15T12:00:00.000Z');
    expect(made).not.toHaveProperty('started_at');
    await pass(199);
    expect((await client.predictions.get(made.id)).status).toBe('starting');
    await pass(1);
    expect(await client.predictions.get(made.id)).toMatchObject({ status: 'processing', started_at: '2026-01-15T12:00:00.200000000Z' });
    await pass(799);
    expect((await client.predictions.get(made.id)).status).toBe('processing');
    await pass(1);
    const done = await client.predictions.get(made.id);
    expect(done).toMatchObject({ status: 'succeeded', metrics: { predict_time: 0.8, total_time: 1 }, urls: { get: `https://replicate.test/v1/predictions/${made.id}` } });
    expect(done.output).toMatch(/^https:\/\/replicate\.test\/delivery\/xezq\/\w+\/tmp\w{8}\.mp4$/);
  });

  it('shows its webhook in GET but not in the list', async () => {
    const { client, create } = makeWorld();
    const { id } = await create({ webhook: HOOK });
    expect((await client.predictions.get(id)).webhook).toBe(HOOK);
    const [listed] = (await client.predictions.list()).results;
    expect(listed).toMatchObject({ id, model: WAN });
    expect(listed).not.toHaveProperty('webhook');
  });

  it('can be cancelled, which a later end does not undo', async () => {
    const { client, create, pass } = makeWorld();
    const { id } = await create();
    await pass(300);
    expect((await client.predictions.cancel(id)).status).toBe('canceled');
    await pass(10_000);
    expect(await client.predictions.get(id)).toMatchObject({ status: 'canceled', output: null });
  });

  it('that has ended stays so when it is cancelled', async () => {
    const { client, create, pass } = makeWorld();
    const { id } = await create();
    await pass(1000);
    expect((await client.predictions.cancel(id)).status).toBe('succeeded');
  });

  it('that has not begun at its deadline is aborted, and cancelled when it had', async () => {
    const { standIn, client, pass } = makeWorld();
    standIn.script('*', behaviours.coldStart(20_000), behaviours.slow());
    const send = async () => {
      const headers = { authorization: `Bearer ${standIn.token}`, 'cancel-after': '10s' };
      const body = JSON.stringify({ input: { prompt: 'waves', image: `data:image/jpeg;base64,${(await picture()).toString('base64')}` } });
      return (await (await standIn.fetch(`${standIn.apiUrl}/models/${WAN}/predictions`, { method: 'POST', headers, body })).json()) as { id: string };
    };
    const [queued, begun] = [await send(), await send()];
    await pass(10_000);
    expect((await client.predictions.get(queued.id)).status).toBe('aborted');
    expect((await client.predictions.get(begun.id)).status).toBe('canceled');
  });

  it('loses its data an hour after its end', async () => {
    const { client, create, pass, output } = makeWorld();
    const { id } = await create();
    await pass(1000);
    const url = String((await client.predictions.get(id)).output);
    await pass(3_600_000 - 1);
    expect((await output(id)).status).toBe(200);
    await pass(1);
    expect(await client.predictions.get(id)).toMatchObject({ status: 'succeeded', data_removed: true, output: null, input: {} });
    expect((await fetchOf(makeWorld(), url)).status).toBe(404);
  });

  it('is waited for when asked: 201 with its output, or 202 after the seconds', async () => {
    const { standIn, client, pass, create } = makeWorld();
    const quick = create({ wait: 5 });
    await untilRunning(standIn.running);
    await pass(1000);
    expect((await quick).status).toBe('succeeded');
    standIn.script('*', behaviours.slow());
    const slow = create({ wait: 5 });
    await untilRunning(standIn.running);
    await pass(5000);
    expect((await slow).status).toBe('processing');
    expect(standIn.requests().filter(({ path }) => path.endsWith('/predictions')).map(({ status }) => status)).toEqual([201, 202]);
    expect(client).toBeInstanceOf(Replicate);
  });

  it('is made by version too: bare, named, or official without one', async () => {
    const { client } = makeWorld();
    const input = { prompt: 'a dog' };
    for (const version of ['78c9c4b0a7056c911b0483f58349b9931aff30d6465e7ab665e6c852949ce6d5', 'bytedance/seedance-1-lite']) {
      expect((await client.predictions.create({ version, input })).model).toBe('bytedance/seedance-1-lite');
    }
    const { status, body } = await refusal(client.predictions.create({ version: 'f'.repeat(64), input }));
    expect({ status, title: body.title }).toEqual({ status: 422, title: 'Invalid version or not permitted' });
  });
});

describe('the list', () => {
  it('is newest first, in pages that hang together both ways', async () => {
    const { client, create, standIn, pass } = makeWorld({ pageSize: 2 });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift((await create()).id);
      await pass(1);
    }
    const pages: string[][] = [];
    for await (const page of client.paginate(client.predictions.list)) pages.push((page as { id: string }[]).map(({ id }) => id));
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    const read = async (url: string) => (await (await standIn.fetch(url, { headers: { authorization: `Bearer ${standIn.token}` } })).json()) as any;
    const second = await read((await client.predictions.list()).next!);
    expect((await read(second.previous)).results.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const since = new Date(START + 3).toISOString();
    expect((await read(`${standIn.apiUrl}/predictions?created_after=${since}`)).results.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  });
});

describe('the rest of the API', () => {
  it('keeps uploaded files until they are deleted', async () => {
    const { client, standIn } = makeWorld();
    const bytes = await picture();
    const file = await client.files.create(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), { for: 'a test' });
    expect(file).toMatchObject({ content_type: 'image/jpeg', size: bytes.length, metadata: { for: 'a test' }, urls: { get: `${standIn.apiUrl}/files/${file.id}` } });
    expect(await client.files.get(file.id)).toEqual(file);
    expect((await client.files.list()).results).toEqual([file]);
    const url = standIn.fileDownloadUrl(file.id, START / 1000 + 60);
    expect(Buffer.from(await (await standIn.fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect((await standIn.fetch(url.replace(/signature=./, 'signature=_'))).status).toBe(404);
    expect(await client.files.delete(file.id)).toBe(true);
    expect((await refusal(client.files.get(file.id))).status).toBe(404);
    expect((await standIn.fetch(url)).status).toBe(404);
  });

  it('tells the webhook secret, the account and a model with its schema', async () => {
    const { client, standIn } = makeWorld();
    expect(await client.webhooks.default.secret.get()).toEqual({ key: standIn.webhookSecret });
    expect(await client.accounts.current()).toMatchObject({ type: 'organization', username: 'motioness' });
    const model: any = await client.models.get('wan-video', 'wan-2.2-i2v-fast');
    expect(model.latest_version.openapi_schema.components.schemas.Input.properties.num_frames).toMatchObject({ minimum: 81, maximum: 121 });
  });
});

async function untilRunning(running: () => number): Promise<void> {
  for (let turns = 0; running() === 0; turns++) {
    if (turns > 100_000) throw new Error('the prediction was never created');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const fetchOf = ({ standIn }: ReturnType<typeof makeWorld>, url: string) => standIn.fetch(url);
