import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Cloudflare, type Fault, refusals, startCloudflare } from '@/test/cloudflare/stand-in';
import { testClock } from '@/test/support/test-runtime';
import { makeLog } from '../log';
import { cloudflareEdge } from './cloudflare';
import type { EdgeError } from './edge-error';

let cf: Cloudflare;
beforeAll(async () => void (cf = await startCloudflare({ originUrl: 'http://127.0.0.1:9' })));
afterEach(() => {
  cf.purges.length = 0;
  cf.tagTokens = 25;
});
afterAll(() => cf.close());

const warnings: string[] = [];
const log = { ...makeLog('silent'), warn: (text: string) => void warnings.push(text) } as ReturnType<typeof makeLog>;
const edge = (settings: { token?: string; zoneId?: string } = {}) => cloudflareEdge({ ...cf, ...settings }, { publicUrl: cf.edgeUrl, clock: testClock(), log, callMs: 200 });
const purge = (target: { paths: string[]; tag?: string }, settings = {}) => edge(settings).purge(target, AbortSignal.timeout(5_000));
const refused = (settings = {}) => purge({ paths: ['/v1/k/a.b/c.mp4'] }, settings).catch((error: unknown) => error as EdgeError) as Promise<EdgeError>;

describe('a purge at Cloudflare', () => {
  it('names absolute public URLs, with their parameters, and the tag in a call of its own', async () => {
    await purge({ paths: ['/v1/k/a.b/c.mp4?idem=x&motion=subtle', '/v1/k/a.b/c.jpg?idem=x&motion=subtle'], tag: 'motioness-1' });
    expect(cf.purges).toEqual([
      { files: [`${cf.edgeUrl}/v1/k/a.b/c.mp4?idem=x&motion=subtle`, `${cf.edgeUrl}/v1/k/a.b/c.jpg?idem=x&motion=subtle`] },
      { tags: ['motioness-1'] },
    ]);
  });

  it('puts the tags of many assets into few calls, for the Free plan has few', async () => {
    const one = edge();
    await Promise.all(Array.from({ length: 250 }, (_, i) => one.purge({ paths: [], tag: `motioness-${i}` }, AbortSignal.timeout(5_000))));
    expect(cf.purges.map(({ tags }) => tags?.length)).toEqual([100, 100, 50]);
  });

  it('puts many URLs into as many calls as they need: each key and secret that still works makes some', async () => {
    const paths = Array.from({ length: 264 }, (_, i) => `/v1/k/a.b/${i}.mp4`);
    await purge({ paths });
    expect(cf.purges.map(({ files }) => files?.length).sort()).toEqual([100, 100, 64]);
    expect(new Set(cf.purges.flatMap(({ files }) => files)).size).toBe(264);
  });

  it('goes on by URL where the plan has no tags, and says so', async () => {
    cf.fail({ status: 200, body: '{"success":true,"errors":[]}' }, refusals.noTags);
    await purge({ paths: ['/v1/k/a.b/c.mp4'], tag: 'motioness-1' });
    expect(warnings.splice(0)).toEqual([expect.stringContaining('does not purge by tag')]);
  });
});

describe('a refusal says what is wrong and what to do', () => {
  it.each<[string, Fault, RegExp]>([
    ['a permission that is missing', refusals.authentication, /HTTP 403\): 10000 Authentication error\. CLOUDFLARE_API_TOKEN must .*Cache Purge/],
    ['an unknown zone', refusals.unknownZone, /HTTP 404\): 7003 .*\. CLOUDFLARE_ZONE_ID must be the id/],
    ['a failure inside a 200', refusals.inside200, /HTTP 200\): 1016 One or more cache purge errors$/],
    ['a page in place of JSON', refusals.html, /HTTP 502\): something that is not its JSON: "<html>/],
    ['JSON that is cut off', refusals.cut, /HTTP 200\): something that is not its JSON/],
    ['silence', 'silence', /^Cloudflare: no answer in time$/],
  ])('%s', async (_, fault, message) => {
    cf.fail(fault);
    const error = await refused();
    expect(error.message).toMatch(message);
    expect(error.retryAfterMs).toBeUndefined();
  });

  it('a wrong token, and a zone of somebody else', async () => {
    expect((await refused({ token: 'other' })).message).toMatch(/9109 Invalid access token\. CLOUDFLARE_API_TOKEN must/);
    expect((await refused({ zoneId: 'f'.repeat(32) })).message).toMatch(/10000 Authentication error\. CLOUDFLARE_API_TOKEN must/);
  });

  it('a server that is not there', async () => {
    const nowhere = cloudflareEdge({ ...cf, baseUrl: 'http://127.0.0.1:9/client/v4' }, { publicUrl: cf.edgeUrl, clock: testClock(), log });
    await expect(nowhere.purge({ paths: ['/a'] }, AbortSignal.timeout(5_000))).rejects.toThrow(/^Cloudflare: no answer \(ECONNREFUSED\)$/);
  });

  it.each([['12', 12_000], [new Date(Date.UTC(2026, 9, 14, 12, 0, 30)).toUTCString(), 30_000], ['99999999', 3_600_000], ['soon', undefined]])('a rate limit with Retry-After: %s', async (value, ms) => {
    cf.fail({ ...refusals.rateLimit(0), headers: { 'retry-after': value } });
    const error = await refused();
    expect(error.message).toMatch(/HTTP 429\): 1134/);
    expect(error.retryAfterMs).toBe(ms);
  });
});
