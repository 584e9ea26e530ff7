import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplicitParams } from '../assets/params';
import { parseEmbed } from '../delivery/parse-embed';
import { embedPath } from './embed-path';
import { parseSource } from './parse-source';

const rt = { env: { PUBLIC_URL: 'https://clips.example' } } as never;
const seed = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** As a browser or curl sends it: the path goes through a URL parser once. */
const parse = (path: string) => parseEmbed(rt, new URL(path, 'https://clips.example'), new Headers());

const awkward = fc.constantFrom('%', '%25', '%3F', '%3f', '%253F', '%2F', '?', '#', '+', ' ', '&', '=', '.mp4', '.jpg', '/', '//', '.', '..', '%2e', '\\', '{', '"', "'", '|', '^', '`', 'é', '日本', '🎬', '~', '@', ':', ';', 'a', 'uploads/', 'events/');
const tail = fc.array(fc.oneof(awkward, fc.string({ maxLength: 4, unit: 'grapheme' })), { maxLength: 12 }).map((parts) => parts.join(''));
const host = fc.constantFrom('cdn.acme.com', 'acme.com:8443', 'xn--bcher-kva.example', 'bücher.example', 'uploads', 'events', 'https', '[2606:4700::1]', 'a.mp4', 'clips.example');
const source = fc
  .tuple(fc.constantFrom('https', 'http'), host, tail, fc.option(tail))
  .map(([scheme, name, path, query]) => `${scheme}://${name}/${path}${query === null ? '' : `?${query}`}`)
  .map((text) => {
    try {
      return parseSource(rt, text);
    } catch {
      return null;
    }
  })
  .filter((src) => src !== null);

const wellFormed = (value: string) => Buffer.from(value, 'utf8').toString('utf8');
const text = (maxLength: number) =>
  fc.oneof(fc.string({ minLength: 1, maxLength, unit: 'binary' }), tail)
    .map((value) => wellFormed(wellFormed(value.replaceAll('\0', '')).trim().slice(0, maxLength)))
    .filter((value) => value.trim() === value && value.length > 0 && !value.includes('\uFFFD'));
const explicit = fc.record(
  {
    motion: fc.constantFrom('subtle', 'medium', 'kinetic'),
    mode: fc.constantFrom('loop', 'animate-in', 'animate-on-hover'),
    dur: fc.integer({ min: 2, max: 8 }),
    prompt: text(500),
    seed: fc.integer({ min: 0, max: 2_147_483_647 }),
    aspect: fc.constantFrom('preserve', '1:1', '16:9', '9:16'),
    idem: text(255),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ExplicitParams>;

describe('embed paths', () => {
  it('read back as the very source, parameters, key and format they were written for', () => {
    fc.assert(
      fc.property(source, explicit, fc.constantFrom('mp4' as const, 'jpg' as const), (src, params, ext) => {
        const parsed = parse(embedPath('pk_1', src, params, ext));
        expect(parsed).toMatchObject({ projectKey: 'pk_1', src, format: ext });
        expect(parsed.explicit).toEqual(params);
      }),
      { numRuns: 3000, seed },
    );
  });

  it.each([
    ['https://cdn.acme.com/hero.png', '/v1/pk_1/cdn.acme.com/hero.png.mp4'],
    ['https://cdn.acme.com/hero.png?w=1&h=2', '/v1/pk_1/cdn.acme.com/hero.png%3Fw=1&h=2.mp4'],
    ['https://cdn.acme.com/100%25%3F.png', '/v1/pk_1/cdn.acme.com/100%25%253F.png.mp4'],
    ['https://cdn.acme.com/clip.mp4', '/v1/pk_1/cdn.acme.com/clip.mp4.mp4'],
    ['https://cdn.acme.com/a//b.png', '/v1/pk_1/https%3A%2F%2Fcdn.acme.com%2Fa%2F%2Fb.png.mp4'],
    ['http://old.acme.com/a.png', '/v1/pk_1/http%3A%2F%2Fold.acme.com%2Fa.png.mp4'],
    ['upload:usr_1/a.png', '/v1/pk_1/uploads/usr_1/a.png.mp4'],
  ])('of %s is %s', (src, path) => {
    expect(embedPath('pk_1', src, {}, 'mp4')).toBe(path);
    expect(parse(path).src).toBe(src);
  });

  it('sorts and form-encodes the parameters', () => {
    expect(embedPath('k', 'https://a.b/c', { seed: 1, aspect: '1:1', prompt: 'pan left & up', motion: 'subtle' }, 'jpg')).toBe(
      '/v1/k/a.b/c.jpg?aspect=1%3A1&motion=subtle&prompt=pan+left+%26+up&seed=1',
    );
  });

  it.each([
    ['/v1/k/cdn.acme.com%2Fhero.png%3Fw%3D1.mp4', 'https://cdn.acme.com/hero.png?w=1'],
    ['/v1/k/https://cdn.acme.com/hero.png.mp4', 'https://cdn.acme.com/hero.png'],
    ['/v1/k/https:/cdn.acme.com/hero.png.mp4', 'https://cdn.acme.com/hero.png'],
    ['/v1/k/http%3A%2F%2Fcdn.acme.com%2Fhero.png.mp4', 'http://cdn.acme.com/hero.png'],
    ['/v1/k/CDN.Acme.com:443/hero.png.mp4', 'https://cdn.acme.com/hero.png'],
    ['/v1/k/acme.com.mp4', 'https://acme.com/'],
    ['/v1/k/clips.example/uploads/usr_1/a.png.mp4', 'upload:usr_1/a.png'],
  ])('%s is read as %s', (path, src) => expect(parse(path).src).toBe(src));
});
