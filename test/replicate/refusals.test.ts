import Replicate from 'replicate';
import { describe, expect, it } from 'vitest';
import { HOOK, makeWorld, refusal, WAN } from './test-world';

const DATA = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('what the service refuses', () => {
  it('401 without the token and with a wrong one', async () => {
    const { standIn, client } = makeWorld();
    const bare = await standIn.fetch(`${standIn.apiUrl}/account`);
    expect([bare.status, await bare.json()]).toEqual([401, { title: 'Unauthenticated', detail: 'You did not pass an authentication token', status: 401 }]);
    const wrong = new Replicate({ auth: 'r8_other', baseUrl: standIn.apiUrl, fetch: standIn.fetch });
    expect(await refusal(wrong.accounts.current())).toMatchObject({ status: 401, body: { detail: 'Invalid or expired API token.' } });
    expect((await client.accounts.current()).username).toBe('motioness');
  });

  it('404 for an unknown model, prediction, file or path', async () => {
    const { standIn, client } = makeWorld();
    const body = { detail: 'The requested resource could not be found.', status: 404 };
    expect(await refusal(client.predictions.create({ model: 'wan-video/wan-9', input: {} }))).toMatchObject({ status: 404, body });
    for (const call of [client.predictions.get('nope'), client.predictions.cancel('nope'), client.files.get('nope'), client.files.delete('nope')]) {
      expect((await refusal(call)).status).toBe(404);
    }
    expect((await refusal(client.hardware.list())).status).toBe(404);
    expect(standIn.count()).toBe(0);
  });

  it('402 without credit, and nothing is created', async () => {
    const { standIn, client } = makeWorld();
    standIn.setCredit(false);
    const create = () => client.predictions.create({ model: WAN, input: { prompt: 'p', image: DATA } });
    expect(await refusal(create())).toMatchObject({ status: 402, body: { title: 'Insufficient credit' } });
    expect(standIn.count()).toBe(0);
    standIn.setCredit(true);
    expect((await create()).status).toBe('starting');
  });

  it.each([
    [{ prompt: 'p' }, '- input: image is required\n', { type: 'required', field: 'input' }],
    [{ prompt: 'p', image: DATA, num_frames: 122 }, '- input.num_frames: Must be less than or equal to 121\n', { type: 'number_lte', field: 'input.num_frames' }],
    [{ prompt: 'p', image: DATA, num_frames: 80 }, '- input.num_frames: Must be greater than or equal to 81\n', { type: 'number_gte' }],
    [{ prompt: 'p', image: DATA, num_frames: 81.5 }, '- input.num_frames: Invalid type. Expected: integer, given: number\n', { type: 'invalid_type' }],
    [{ prompt: 'p', image: DATA, seed: null }, '- input.seed: Invalid type. Expected: integer, given: null\n', { type: 'invalid_type' }],
    [{ prompt: 'p', image: DATA, resolution: '1080p' }, '- input.resolution: resolution must be one of the following: "480p", "720p"\n', { type: 'enum' }],
    [{ prompt: 'p', image: 'not an url' }, "- input.image: Does not match format 'uri'\n", { type: 'format' }],
  ])('422 for the input %j', async (input, detail, field) => {
    const { standIn, client } = makeWorld();
    const { status, body } = await refusal(client.predictions.create({ model: WAN, input }));
    expect({ status, body }).toMatchObject({ status: 422, body: { detail, status: 422, title: 'Input validation failed', invalid_fields: [field] } });
    expect(standIn.count()).toBe(0);
  });

  it('422 for a webhook without TLS, unless told otherwise', async () => {
    const create = ({ client }: ReturnType<typeof makeWorld>, webhook: string) => client.predictions.create({ model: WAN, input: { prompt: 'p', image: DATA }, webhook });
    const strict = makeWorld();
    expect(await refusal(create(strict, HOOK.replace('https', 'http')))).toMatchObject({ status: 422, body: { invalid_fields: [{ field: 'webhook' }] } });
    expect((await create(strict, HOOK)).status).toBe('starting');
    expect((await create(makeWorld({ allowHttp: true }), 'http://127.0.0.1:1/hook')).status).toBe('starting');
  });

  it('422 for members of the body that do not exist, while unknown inputs are dropped without a word', async () => {
    const { standIn, client } = makeWorld();
    const odd = { model: WAN, input: { prompt: 'p', image: DATA, duration: 5 }, metadata: {} } as never;
    expect((await refusal(client.predictions.create(odd))).body.detail).toBe('- Additional property metadata is not allowed\n');
    await client.predictions.create({ model: WAN, input: { prompt: 'p', image: DATA, duration: 5 } });
    expect(standIn.predictions()[0]!.unknownInput).toEqual(['duration']);
  });

  it('429 as often as told, with the seconds in header and body; the client tries again at once', async () => {
    const { standIn, client, create } = makeWorld();
    standIn.rateLimit(6, 5);
    const { status, headers, body } = await refusal(create());
    expect({ status, after: headers.get('retry-after'), body }).toMatchObject({ status: 429, after: '5', body: { status: 429, retry_after: 5 } });
    expect(body.detail).toMatch(/^Request was throttled\. .* resets in ~5s\.$/);
    expect(standIn.counts()['POST /models/:owner/:name/predictions']).toBe(6);
    expect(standIn.count()).toBe(0);
    standIn.rateLimit(2, 1);
    await create();
    expect(standIn.counts()['POST /models/:owner/:name/predictions']).toBe(9);
    expect((await client.predictions.list()).results).toHaveLength(1);
  });
});
