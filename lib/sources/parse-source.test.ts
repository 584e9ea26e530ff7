import { describe, expect, it } from 'vitest';
import { parseSource } from './parse-source';
import { sourceUrl } from './source-url';

const rt = { env: { PUBLIC_URL: 'http://localhost:3000' } } as never;

describe('parseSource', () => {
  it.each([
    ['https://CDN.Acme.com:443/a b.png#top', 'https://cdn.acme.com/a%20b.png'],
    ['http://acme.com:80/x?y=1', 'http://acme.com/x?y=1'],
    ['https://acme.com/x?', 'https://acme.com/x'],
    ['https://bücher.example/ä.png', 'https://xn--bcher-kva.example/%C3%A4.png'],
    ['http://localhost:3000/uploads/usr_1/a.png', 'upload:usr_1/a.png'],
    ['https://localhost:3000/uploads/usr_1/a.png', 'upload:usr_1/a.png'],
  ])('%s is %s', (given, src) => expect(parseSource(rt, given)).toBe(src));

  it.each([
    ['', 'absolute'], ['acme.com/a.png', 'absolute'], ['ftp://a.b/c', 'absolute'], ['data:image/png;base64,AAAA', 'absolute'],
    ['https://', 'absolute'], ['javascript:alert(1)', 'absolute'], ['file:///etc/passwd', 'absolute'],
    ['https://user@acme.com/a.png', 'user name'], ['https://u:p@acme.com/a.png', 'user name'],
    [`https://a.b/${'x'.repeat(2048)}`, '2048'], [`https://a.b/${'ä'.repeat(1500)}`, 'too long'],
    ['http://localhost:3000/uploads/usr_1/a.png?x=1', 'upload'],
    ['http://localhost:3000/uploads/usr_1/..%2fa.png', 'upload'], ['http://localhost:3000/v1/k/a.b/c.jpg', 'embed URL'],
  ])(
    'refuses %s, naming src',
    (given, why) => {
      expect(() => parseSource(rt, given!)).toThrowError(
        expect.objectContaining({ code: 'validation_failed', extra: expect.objectContaining({ details: { fieldErrors: { src: [expect.stringContaining(why!)] }, formErrors: [] } }) }),
      );
    },
  );

  it('gives an upload back under the host of today', () => {
    expect(sourceUrl({ env: { PUBLIC_URL: 'https://new.example' } } as never, 'upload:usr_1/a.png')).toBe('https://new.example/uploads/usr_1/a.png');
  });
});
