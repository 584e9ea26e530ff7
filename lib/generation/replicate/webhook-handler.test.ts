import { validateWebhook } from 'replicate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POST } from '@/app/api/replicate/webhook/route';
import { behaviours } from '@/test/replicate/behaviours';
import { makeReplicateWorld, type ReplicateWorld } from '@/test/support/replicate-world';
import { models } from './models';
import { isSigned } from './webhook-signature';

let w: ReplicateWorld;
beforeAll(async () => void (w = await makeReplicateWorld()));
afterAll(() => w.close());

const URL = 'https://motioness.test/api/replicate/webhook?prediction=x';
const call = (req: Request) => POST(req, { params: Promise.resolve({}) });
const signed = (body: string, ageSeconds = 0, secret?: string) =>
  w.standIn.signedRequest(URL, { id: 'msg_1', timestamp: Math.floor(w.rt.clock.now() / 1000) - ageSeconds, body }, secret);

describe('a webhook of the model service', () => {
  it('is taken when it is signed and young', async () => {
    expect((await call(signed('{"id":"p1","status":"succeeded"}'))).status).toBe(200);
  });

  it.each([
    ['another key', () => signed('{"id":"p1","status":"succeeded"}', 0, 'whsec_c29tZXRoaW5nIGVsc2U=')],
    ['no signature', () => new Request(URL, { method: 'POST', body: '{}' })],
    ['an age of six minutes', () => signed('{"id":"p1","status":"succeeded"}', 360)],
    ['a time to come', () => signed('{"id":"p1","status":"succeeded"}', -360)],
  ])('is refused with %s', async (_, request) => {
    expect((await call(request())).status).toBe(403);
  });

  it('with a body changed on the way is refused', async () => {
    const good = signed('{"id":"p1","status":"succeeded"}');
    expect((await call(new Request(URL, { method: 'POST', headers: good.headers, body: '{"id":"p2","status":"succeeded"}' }))).status).toBe(403);
  });

  it('that is signed but no prediction is a 400, never a 5xx', async () => {
    for (const body of ['[]', 'null', '{"id":1}', '<html>']) expect((await call(signed(body))).status).toBe(400);
  });

  it('cannot end a generation by its own word', async () => {
    w.standIn.script(models.pro.slug, behaviours.slow());
    const id = await w.asset(w.owner);
    await w.settle();
    const { replicateId } = await w.rt.db.prediction.findFirstOrThrow({ where: { stage: 'single' } });
    await call(signed(JSON.stringify({ id: replicateId, status: 'succeeded', output: 'https://evil.example/clip.mp4' })));
    await w.settle();
    expect(await w.rt.db.generation.findFirstOrThrow({ where: { assetId: id } })).toMatchObject({ status: 'running' });
  });

  it('binds a call whose answer was lost, but only by the input of that call', async () => {
    await w.asset(w.owner);
    await w.settle();
    const { generationId } = await w.rt.db.prediction.findFirstOrThrow({ where: { stage: 'single' } });
    const at = new Date(w.rt.clock.now());
    const row = { generationId, stage: 'stage2', try: 1, model: models.pro.slug, input: { image: 'https://files/ours' }, askedAt: at, createdAt: at };
    await w.rt.db.prediction.create({ data: { ...row, id: 'lost/stage2/1' } });
    const tell = (id: string, image: unknown) =>
      call(w.standIn.signedRequest(`${URL.slice(0, -1)}lost/stage2/1`, {
        id: 'msg_2',
        timestamp: Math.floor(w.rt.clock.now() / 1000),
        body: JSON.stringify({ id, status: 'processing', input: { image } }),
      }));
    const bound = async () => (await w.rt.db.prediction.findUniqueOrThrow({ where: { id: 'lost/stage2/1' } })).replicateId;
    for (const image of ['https://files/another', undefined]) {
      expect((await tell('foreign', image)).status).toBe(200);
      expect(await bound()).toBeNull();
    }
    expect((await tell('ours', 'https://files/ours')).status).toBe(200);
    expect(await bound()).toBe('ours');
    await tell('second', 'https://files/ours');
    expect(await bound()).toBe('ours');
  });

  it('is nothing where no hosted model is used', async () => {
    const { replicate } = w.rt;
    w.rt.replicate = null;
    expect((await call(signed('{"id":"p1","status":"succeeded"}'))).status).toBe(404);
    w.rt.replicate = replicate;
  });
});

describe('the signature', () => {
  it('agrees with the service own check, for any of several signatures', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const known = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', body: '{"test": 2432232314}', secret };
    const signature = 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    expect(isSigned({ ...known, signature })).toBe(true);
    expect(await validateWebhook({ ...known, signature })).toBe(true);
    expect(isSigned({ ...known, signature, body: known.body + ' ' })).toBe(false);
  });
});
