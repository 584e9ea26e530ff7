import { expect, it } from 'vitest';
import { admits } from './check-origin';

it.each<[string, string, boolean]>([
  ['https://acme.com', 'https://acme.com/a', true], ['https://acme.com', 'https://cdn.acme.com/a', true], ['https://acme.com', 'https://a.b.acme.com/a', true],
  ['https://acme.com', 'https://acme.com:443/a', true], ['https://acme.com:8443', 'https://cdn.acme.com:8443/a', true],
  ['https://acme.com', 'http://acme.com/a', false], ['https://acme.com', 'https://acme.com:8443/a', false], ['https://acme.com', 'https://notacme.com/a', false],
  ['https://acme.com', 'https://acme.com.evil.com/a', false], ['https://acme.com', 'https://acme.co/a', false], ['https://cdn.acme.com', 'https://acme.com/a', false],
  ['https://acme.com', 'https://acme.com./a', false], ['http://1.2.3.4', 'http://1.2.3.4/a', true], ['http://2.3.4', 'http://1.2.3.4/a', false],
  ['http://[::1]', 'http://[::1]/a', true], ['nonsense', 'https://acme.com/a', false], ['https://', 'https://acme.com/a', false],
])('an entry %s admits %s: %s', (listed, source, admitted) => expect(admits(listed, new URL(source))).toBe(admitted));
