import { expect, it } from 'vitest';
import { seal, unseal } from './seal';

const rt = { secret: 'a server secret of sufficient length' };

it('what is sealed opens again, and is not to be read in what is stored', () => {
  const sealed = seal(rt, 'row 1', 'mss_ä🎬');
  expect(sealed).not.toContain('mss_');
  expect(unseal(rt, 'row 1', sealed)).toBe('mss_ä🎬');
  expect(seal(rt, 'row 1', 'mss_ä🎬')).not.toBe(sealed);
});

it('opens for nobody else, nowhere else, and not when a bit was changed', () => {
  const sealed = seal(rt, 'row 1', 'text');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  expect(unseal({ secret: 'another server secret' }, 'row 1', sealed)).toBe(null);
  expect(unseal(rt, 'row 2', sealed)).toBe(null);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(unseal(rt, 'row 1', `v1.${changed.toString('base64url')}`)).toBe(null);
  }
  for (const broken of ['', 'v1.', 'v1.AAAA', 'text', sealed.slice(0, -8), sealed.replace('v1.', 'v2.')]) expect(unseal(rt, 'row 1', broken)).toBe(null);
});
