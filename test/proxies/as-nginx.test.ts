import { randomBytes } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '@/lib/delivery/deliver';
import { makeWorld, mounts, startServer, type World } from '@/lib/delivery/test-world';
import { fastMount } from '@/lib/fast-mount';
import { ask, comparable, conditionalQuestions, httpDate, type Question, SIZE, type Told } from '../support/conditional-questions';
import { startNginxWithFile } from './nginx-files';

// The same bytes behind nginx and behind us, asked the same questions.
const clip = randomBytes(SIZE);
const AT = Date.UTC(2026, 9, 14, 12);
const questions = conditionalQuestions(AT);

const isRange = (text = '') => /^bytes=/i.test(text.trim());
const isOne = (text = '') => /^bytes=\s*(\d+-\d*|-\d+)\s*$/i.test(text.trim()) && text !== 'bytes=5-2';

/** Where we do otherwise, and why; ours first, then nginx's. Whatever is not listed must be the same. */
const differences: Array<{ why: string; is(question: Question): boolean; statuses: Array<[number, number]> }> = [
  {
    why: 'Range is defined for GET alone (RFC 9110, 14.2); nginx slices a HEAD as well',
    is: ({ method, headers: { range } }) => method === 'HEAD' && isRange(range),
    statuses: [[200, 206], [200, 416], [200, 200]],
  },
  {
    why: 'several ranges: the whole (15.3.7.2 permits it), for no media player reads multipart bodies',
    is: ({ method, headers: { range = '' } }) => method === 'GET' && /\d,/.test(range),
    statuses: [[200, 206]],
  },
  {
    why: 'a Range that breaks the grammar is ignored (14.2), not refused',
    is: ({ method, headers: { range } }) => method === 'GET' && isRange(range) && !isOne(range) && !/\d,/.test(range!),
    statuses: [[200, 416], [200, 200]],
  },
  {
    why: 'an end beyond what 64 bits hold is still only beyond the end (14.1.2)',
    is: ({ method, headers: { range = '' } }) => method === 'GET' && range.includes('99999999999999999999'),
    statuses: [[206, 416], [200, 200]],
  },
  {
    why: 'If-Range by date is never honoured: two clips may be of one second, and no response may mix them',
    is: ({ headers }) => headers['if-range'] === httpDate(AT),
    statuses: [[200, 206], [200, 416]],
  },
  {
    why: 'If-Modified-Since is ignored beside If-None-Match (13.1.3); nginx wants both to agree',
    is: ({ headers }) => headers['if-modified-since'] !== undefined && /[$*]/.test(headers['if-none-match'] ?? ''),
    statuses: [[304, 206], [304, 304]],
  },
  {
    why: 'If-Unmodified-Since is ignored beside If-Match (13.1.4); nginx wants both to agree',
    is: ({ headers }) => headers['if-match'] !== undefined && headers['if-unmodified-since'] !== undefined,
    statuses: [[206, 412], [206, 206], [412, 412]],
  },
  {
    why: 'an If-Unmodified-Since that is no date is ignored (13.1.4); nginx refuses it',
    is: ({ headers }) => ['yesterday', ''].includes(headers['if-unmodified-since']!),
    statuses: [[200, 412]],
  },
];

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let ours: Awaited<ReturnType<typeof startServer>>;
  let nginx: Awaited<ReturnType<typeof startNginxWithFile>>;
  let both: (question: Question) => Promise<[Told, Told]>;

  beforeAll(async () => {
    world = await makeWorld();
    await world.finish(await world.mint('https://acme.com/a.png'), clip);
    ours = await startServer(mount === 'the fast mount' ? (req, res) => void fastMount(req, res) : getRequestListener(deliver, { overrideGlobalObjects: false }));
    nginx = await startNginxWithFile(clip, AT);
    const path = world.path('acme.com/a.png.mp4');
    const etagOf = async (url: string) => (await fetch(url, { method: 'HEAD' })).headers.get('etag')!;
    const etags = [await etagOf(`http://${ours.host}${path}`), await etagOf(`http://${nginx.host}/clip.mp4`)] as const;
    both = (question) => Promise.all([ask(ours.host, path, etags[0], question), ask(nginx.host, '/clip.mp4', etags[1], question)]);
  });
  afterAll(async () => {
    await nginx?.stop();
    await ours?.close();
    await world?.close();
  });

  const known = (question: Question) => differences.filter(({ is }) => is(question));
  const same = questions.filter((question) => known(question).length === 0);

  it(`${same.length} requests are answered as nginx answers them: status, headers and bytes`, async () => {
    expect(same.length).toBeGreaterThan(200);
    for (const question of same) {
      const [mine, its] = await both(question);
      expect(comparable(mine), JSON.stringify(question)).toEqual(comparable(its));
    }
  });

  it.each(differences)('otherwise, and so: $why', async ({ is, statuses }) => {
    const seen = new Set<string>();
    for (const question of questions.filter(is)) {
      const [mine, its] = await both(question);
      const statuses = known(question).flatMap((difference) => difference.statuses.map(String));
      expect(statuses, JSON.stringify(question)).toContain(String([mine.status, its.status]));
      if (mine.status === its.status) expect(comparable(mine), JSON.stringify(question)).toEqual(comparable(its));
      seen.add(String([mine.status, its.status]));
    }
    // A difference that is none any more has no place here.
    expect([...seen].some((pair) => statuses.map(String).includes(pair) && new Set(pair.split(',')).size === 2)).toBe(true);
  });
});
