import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRange } from './ranges';

// Expectations are RFC 9110's own words (14.1.1, 14.1.2, 14.2), for 1000 bytes.
describe('readRange', () => {
  it.each([
    ['bytes=0-0', 0, 0], ['bytes=0-499', 0, 499], ['bytes=500-999', 500, 999], ['bytes=500-', 500, 999], ['bytes=0-', 0, 999],
    ['bytes=-500', 500, 999], ['bytes=-1', 999, 999], ['bytes=-1000', 0, 999], ['bytes=-99999', 0, 999], ['bytes=999-5000', 999, 999],
    ['bytes=0-99999999999999999999999', 0, 999], ['bytes=-99999999999999999999999', 0, 999], ['BYTES=1-2', 1, 2], ['Bytes=1-2', 1, 2],
    ['bytes=1-2,', 1, 2], ['bytes=,1-2', 1, 2], ['bytes= 1-2 ', 1, 2], ['bytes=0001-0002', 1, 2], [' bytes=1-2', 1, 2],
    [`bytes=0-${'9'.repeat(400)}`, 0, 999],
  ])('%s is %i-%i', (header, start, end) => expect(readRange(header, 1000)).toEqual({ start, end }));

  it.each([
    [null], [''], ['bytes'], ['bytes='], ['bytes=,'], ['bytes=-'], ['bytes=a-b'], ['bytes=1'], ['bytes=1-2-3'], ['bytes=2-1'], ['bytes=1-a'], ['bytes=--1'], ['bytes=+1-2'],
    ['bytes=1.0-2'], ['bytes=0x1-0x2'], ['bytes 1-2'], ['bytes:1-2'], ['items=0-1'], ['bytes=1 - 2'], ['seconds=1-2'], ['bytes=１-２'], ['bytes=999999999999999999999-1'],
    ['bytes=99999999999999999999-99999999999999999998'], ['bytes=0-0,2-1'], ['bytes=0-0,x'],
  ])('%j is to be ignored', (header) => expect(readRange(header, 1000)).toBe('whole'));

  it.each(['bytes=0-0,5-9', 'bytes=0-0,-1', 'bytes=0-,0-,0-', 'bytes=0-1,99999-', `bytes=${Array(500).fill('0-').join()}`])('%s (several) is answered whole', (header) =>
    expect(readRange(header, 1000)).toBe('whole'));

  it.each(['bytes=1000-', 'bytes=1000-1000', 'bytes=5000-6000', 'bytes=-0', 'bytes=-000', 'bytes=1000-,2000-', `bytes=${'9'.repeat(400)}-`])('%s is unsatisfiable', (header) =>
    expect(readRange(header, 1000)).toBe('unsatisfiable'));

  it('always lies inside of the file', () => {
    const header = fc.oneof(fc.string(), fc.tuple(fc.option(fc.nat()), fc.option(fc.nat())).map(([a, b]) => `bytes=${a ?? ''}-${b ?? ''}`));
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 5000 }), (text, size) => {
        const range = readRange(text, size);
        if (typeof range === 'string') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
