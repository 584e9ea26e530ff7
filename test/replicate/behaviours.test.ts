import { decodeClip } from '@/lib/render/decode';
import { inspectMp4 } from '@/lib/render/inspect';
import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviours';
import type { Behaviour } from './types';
import { makeWorld, picture, WAN } from './test-world';

async function run(behaviour: Behaviour, more: { model?: string; input?: object } = {}) {
  const world = makeWorld();
  world.standIn.script('*', behaviour);
  const { id } = await world.create(more.model ? { model: more.model } : {}, more.input);
  await world.pass(1000);
  return { ...world, id, done: await world.client.predictions.get(id) };
}

const bytes = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe('how predictions end', () => {
  it.each([
    ['a model error', behaviours.fail('CUDA out of memory'), 'CUDA out of memory'],
    ['an interruption', behaviours.interrupted(), 'Prediction interrupted; please retry (code: PA)'],
    ['a refusal', behaviours.sensitive(), 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)'],
  ])('%s: failed, with the service’s words and no output', async (_, behaviour, error) => {
    const { done } = await run(behaviour);
    expect(done).toMatchObject({ status: 'failed', error, output: null });
    expect(done.logs).toContain(error);
  });

  it('slow: never by itself, but by hand', async () => {
    const { standIn, client, pass, id } = await run(behaviours.slow());
    await pass(86_400_000);
    expect((await client.predictions.get(id)).status).toBe('processing');
    await standIn.finish(id);
    expect((await client.predictions.get(id)).status).toBe('succeeded');
  });

  it('by hand: finished against its script, or failed', async () => {
    const { standIn, client, create } = makeWorld();
    standIn.script('*', behaviours.fail(), behaviours.slow());
    const [one, two] = [await create(), await create()];
    await standIn.finish(one.id);
    await standIn.fail(two.id, 'no luck');
    expect((await client.predictions.get(one.id)).status).toBe('succeeded');
    expect(await client.predictions.get(two.id)).toMatchObject({ status: 'failed', error: 'no luck' });
  });

  it('each by its line of the script: first those for once, then those for always', async () => {
    const { standIn, create, pass } = makeWorld();
    standIn.always(WAN, behaviours.fail('always'));
    standIn.script({ input: { seed: 7 } }, behaviours.fail('seven'));
    standIn.script(({ input }) => input.prompt === 'cats', behaviours.fail('cats'));
    for (const input of [{ seed: 7 }, { seed: 7 }, { prompt: 'cats' }]) await create({}, input);
    await create({ model: 'bytedance/seedance-1-lite' });
    await pass(1000);
    expect(standIn.predictions().map(({ error }) => error)).toEqual(['seven', 'always', 'cats', null]);
    expect([standIn.count({ model: WAN }), standIn.count({ input: { seed: 7 } }), standIn.count()]).toEqual([3, 2, 4]);
  });

  it('a language model answers with pieces of text', async () => {
    const { done } = await run(behaviours.text('A quiet harbour at dawn.'), { model: 'anthropic/claude-4-sonnet' });
    expect(done.output).toHaveLength(2);
    expect((done.output as string[]).join('')).toBe('A quiet harbour at dawn.');
  });

  it('a list where one URI is usual', async () => {
    const { done } = await run(behaviours.shaped('array'));
    expect(done.output).toEqual([expect.stringMatching(/\.mp4$/)]);
  });
});

describe('the images of an input', () => {
  it('are uploaded by the client, and come back as the first picture of the clip', async () => {
    const { standIn, id, output } = await run({});
    expect(standIn.filesUploaded()).toBe(1);
    expect(standIn.body(id).input).toMatchObject({ image: expect.stringMatching(/\/v1\/files\/\w{26}$/) });
    const clip = await decodeClip(await bytes(await output(id)));
    expect([clip.width, clip.height]).toEqual([256, 144]);
    // #336699 in limited-range BT.709
    expect(Math.abs(clip.frames[0]![0]! - 98)).toBeLessThan(4);
  });

  it.each([
    ['no image', Buffer.from('hello'), /^cannot identify image file/],
    ['a broken one', null, /^cannot identify image file/],
    ['a file that is not there', 'https://replicate.test/v1/files/00000000000000000000000000', /^404 Client Error/],
    ['an address out of reach', 'https://elsewhere.test/a.jpg', /^404 Client Error/],
  ])('%s: the prediction fails', async (_, image, error) => {
    const { done } = await run({}, { input: { image: image ?? (await picture()).subarray(0, 300) } });
    expect(done.status).toBe('failed');
    expect(done.error).toMatch(error);
  });

  it('that are deleted before it starts make it fail', async () => {
    const { client, standIn, create, pass } = makeWorld();
    const { id } = await create();
    await client.files.delete(standIn.files()[0]!.id);
    await pass(1000);
    expect(await client.predictions.get(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(/^404/) });
  });

  it('are not looked at when told so', async () => {
    const { create, pass, client } = makeWorld({ checkImages: false });
    const { id } = await create({}, { image: 'https://elsewhere.test/a.jpg' });
    await pass(1000);
    expect((await client.predictions.get(id)).status).toBe('succeeded');
  });
});

describe('what stands behind the output', () => {
  it.each([
    [WAN, { num_frames: 97, frames_per_second: 24 }, { frames: 97, fps: 24, hasAudio: false }],
    ['bytedance/seedance-1-lite', { duration: 2 }, { frames: 49, fps: 24, hasAudio: false }],
    ['prunaai/p-video', { duration: 2, save_audio: false }, { frames: 48, fps: 24, hasAudio: false }],
    ['prunaai/p-video', { duration: 1 }, { frames: 24, fps: 24, hasAudio: true }],
  ])('%s %j: the frames and the rate that were asked', async (model, input, facts) => {
    const { id, output } = await run({}, { model, input });
    const answer = await output(id);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    const mp4 = await bytes(answer);
    expect(await inspectMp4(mp4)).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', ...facts });
    expect((await decodeClip(mp4)).frames).toHaveLength(facts.frames);
  });

  it('another length, size, rate and sound than asked', async () => {
    const { id, output } = await run(behaviours.clip({ seconds: 1, fps: 30, width: 128, height: 128, audio: true }));
    expect(await inspectMp4(await bytes(await output(id)))).toMatchObject({ frames: 30, fps: 30, width: 128, height: 128, hasAudio: true });
  });

  it('no clip at all: a page, a picture, nothing, half of it', async () => {
    const html = await run(behaviours.output('html'));
    expect((await html.output(html.id)).headers.get('content-type')).toMatch(/^text\/html/);
    const png = await run(behaviours.output('png'));
    expect([...(await bytes(await png.output(png.id))).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    const empty = await run(behaviours.output('empty'));
    expect(await bytes(await empty.output(empty.id))).toHaveLength(0);
    const [whole, half] = [await run({}), await run(behaviours.output('truncated'))];
    const size = (await bytes(await whole.output(whole.id))).length;
    expect(await bytes(await half.output(half.id))).toHaveLength(size >> 1);
  });

  it('404, a redirect to the clip, an answer that never comes', async () => {
    const missing = await run(behaviours.output('missing'));
    expect((await missing.output(missing.id)).status).toBe(404);
    const moved = await run(behaviours.output('redirect'));
    const url = String(moved.done.output);
    const answer = await moved.standIn.fetch(url);
    expect(answer.status).toBe(302);
    expect((await moved.standIn.fetch(new URL(answer.headers.get('location')!, url))).headers.get('content-type')).toBe('video/mp4');
    const hanging = await run(behaviours.output('hang'));
    const stop = new AbortController();
    const never = hanging.standIn.fetch(String(hanging.done.output), { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(never).rejects.toThrow('enough');
  });

  it('the caller’s own file, when the stand-in is given one', async () => {
    const world = makeWorld({ outputFor: async ({ input }) => ({ bytes: Buffer.from(String(input.prompt)), contentType: 'video/x-test' }) });
    const { id } = await world.create();
    await world.pass(1000);
    expect(await (await world.output(id)).text()).toBe('waves');
  });
});
