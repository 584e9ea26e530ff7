import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newSigningSecret } from '../projects/signing-secret';
import { signEmbed } from './sign-embed';
import { makeWorld, mounts, type World } from './test-world';

vi.mock('../render', () => ({ renderStill: async (jpg: Uint8Array) => jpg }));

const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
const part = fc.oneof(
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.constantFrom('acme.com', 'a.png', 'pending.png', 'uploads', 'usr_x', 'events', '%', '%00', '%2e%2e', '..', '%ff', '%F0%9F', '?', '#', '//', '\\', ':', '@', '[::1]', '127.0.0.1', 'xn--', '\u0000', 'http:', 'https%3A%2F%2F'),
);
const encoded = fc
  .tuple(fc.constantFrom('https://', 'http://', 'upload:', 'https://acme.com/', ''), fc.string({ maxLength: 30, unit: 'binary' }), fc.constantFrom('.mp4', '.jpg'))
  .map(([start, rest, ext]) => Buffer.from(start + rest).toString('base64url') + ext);
const path = fc.tuple(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '', '%2F'), fc.constantFrom('.mp4', '.jpg', '', '.gif')).map(([parts, join, ext]) => parts.join(join) + ext);
const known = fc.constantFrom('acme.com/a.png.mp4', 'acme.com/a.png.jpg', 'acme.com/pending.png.mp4');
const query = fc
  .array(fc.tuple(fc.constantFrom('motion', 'mode', 'dur', 'prompt', 'seed', 'aspect', 'idem', 'sig', 'exp', 'x', '__proto__'), fc.string({ maxLength: 12, unit: 'binary' })), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value.replace(/[\ud800-\udfff]/g, '')}`).join('&'));
const value = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('bytes=0-', 'bytes=-0', 'bytes=99999-', '"x"', '*', 'W/"', 'Wed, 14 Oct 2026 12:00:00 GMT', 'Wed Oct 99 99:99:99 2026', 'video', ',,,', '\u00ff'));
const headers = fc.dictionary(fc.constantFrom('range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'idempotency-key', 'x-request-id', 'last-event-id', 'sec-fetch-dest'), value, { maxKeys: 4 });

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let secret: string;

  beforeAll(async () => {
    world = await makeWorld({}, mount);
    await world.setProject({ allowedOrigins: ['https://acme.com'] });
    const clip = await world.mint('https://acme.com/a.png');
    await world.finish(clip, Buffer.alloc(1000, 1));
    await world.mint('https://acme.com/pending.png');
    const { shown, sealed } = newSigningSecret(world.rt, 'prj_signed');
    secret = shown;
    await world.rt.db.project.create({ data: { id: 'prj_signed', name: 'S', proxyKey: 'pk_signed', ownerId: world.userId, enableSigning: true, signingSecret: sealed } });
  });
  afterAll(() => world.close());

  it(`nothing a client sends makes a 5xx (seed ${seed})`, async () => {
    const loud = vi.fn();
    world.rt.log.error = loud;
    await fc.assert(
      fc.asyncProperty(fc.oneof(path, known, encoded), fc.constantFrom(world.project.proxyKey, 'pk_signed', 'pk_no', ''), query, headers, fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT'), async (rest, key, search, given, method) => {
        let request: Request;
        try {
          request = new Request(`http://localhost:3000/v1/${key}/${rest}${search && `?${search}`}`, { headers: given, method });
        } catch {
          return; // such a request can't come in
        }
        if (!new URL(request.url).pathname.startsWith('/v1/')) return; // `..` has led out: no embed URL, and Next's to answer
        const target = request.url.slice('http://localhost:3000'.length);
        const answer = await world.get(target, Object.fromEntries(request.headers), method);
        expect(answer.status, await answer.clone().text()).toBeLessThan(500);
        expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{4,64}$/);
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
        if (answer.status === 202 || answer.status >= 400) expect(answer.headers.get('cache-control')).toBe('no-store');
      }),
      // The example was found by chance in CI.
      { numRuns: 750, seed, examples: [['../../acme.com.mp4', world.project.proxyKey, '', {}, 'GET']] },
    );
    expect(loud).not.toHaveBeenCalled();
  }, 120_000);

  it(`nor does anything that its owner has signed (seed ${seed})`, async () => {
    const loud = vi.fn();
    world.rt.log.error = loud;
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ maxLength: 40, unit: 'binary' }), fc.webUrl({ withQueryParameters: true, withFragments: true })), fc.string({ maxLength: 20, unit: 'grapheme' }), fc.constantFrom('mp4' as const, 'jpg' as const), async (src, prompt, ext) => {
        const answer = await world.get(signEmbed({ key: 'pk_signed', secret, src, exp: 4e9, ext, params: { prompt } }), {}, 'HEAD');
        expect(answer.status).toBeLessThan(500);
        // Whatever it is called, what was signed is never refused for its signature.
        if (/^https?:\/\//i.test(src)) expect(answer.status === 403).toBe(false);
      }),
      { numRuns: 300, seed },
    );
    expect(loud).not.toHaveBeenCalled();
  }, 120_000);
});
