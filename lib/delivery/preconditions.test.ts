import { describe, expect, it } from 'vitest';
import { checkPreconditions, rangeStillApplies } from './preconditions';

const modified = Date.UTC(2026, 9, 14, 12, 0, 0);
const what = { etag: '"gen_1"', lastModifiedMs: modified + 345 };
const same = 'Wed, 14 Oct 2026 12:00:00 GMT';
const earlier = 'Wed, 14 Oct 2026 11:59:59 GMT';
const later = 'Wed, 14 Oct 2026 12:00:01 GMT';

describe('checkPreconditions', () => {
  it.each<[Record<string, string>, 304 | 412 | null]>([
    [{}, null],
    [{ 'if-none-match': '"gen_1"' }, 304], [{ 'if-none-match': 'W/"gen_1"' }, 304], [{ 'if-none-match': '*' }, 304], [{ 'if-none-match': ' * ' }, 304],
    [{ 'if-none-match': '"a", "gen_1"' }, 304], [{ 'if-none-match': '"a",W/"gen_1","b"' }, 304], [{ 'if-none-match': '"a,b", "gen_1"' }, 304],
    [{ 'if-none-match': '"gen_2"' }, null], [{ 'if-none-match': 'gen_1' }, null], [{ 'if-none-match': '"gen_1' }, null], [{ 'if-none-match': '"x"gen_1"' }, null], [{ 'if-none-match': '' }, null],
    [{ 'if-modified-since': same }, 304], [{ 'if-modified-since': later }, 304], [{ 'if-modified-since': earlier }, null],
    [{ 'if-modified-since': 'Wednesday, 14-Oct-26 12:00:00 GMT' }, 304], [{ 'if-modified-since': 'Wed Oct 14 12:00:00 2026' }, 304],
    [{ 'if-modified-since': 'yesterday' }, null], [{ 'if-modified-since': '2026-10-14T12:00:00Z' }, null], [{ 'if-modified-since': '9999999999' }, null],
    // If-None-Match rules If-Modified-Since out, whatever it says (13.1.3).
    [{ 'if-none-match': '"gen_2"', 'if-modified-since': later }, null], [{ 'if-none-match': '"gen_1"', 'if-modified-since': earlier }, 304],
    [{ 'if-match': '"gen_1"' }, null], [{ 'if-match': '*' }, null], [{ 'if-match': '"a", "gen_1"' }, null], [{ 'if-match': 'W/"gen_1"' }, 412], [{ 'if-match': '"gen_2"' }, 412],
    [{ 'if-unmodified-since': same }, null], [{ 'if-unmodified-since': earlier }, 412], [{ 'if-unmodified-since': 'nonsense' }, null],
    [{ 'if-match': '"gen_1"', 'if-unmodified-since': earlier }, null], [{ 'if-match': '"gen_1"', 'if-none-match': '"gen_1"' }, 304],
  ])('%j gives %s', (headers, status) => expect(checkPreconditions(new Headers(headers), what)).toBe(status));

  it('disregards dates of what has none', () => {
    expect(checkPreconditions(new Headers({ 'if-modified-since': later }), { etag: '"a"' })).toBe(null);
    expect(checkPreconditions(new Headers({ 'if-unmodified-since': earlier }), { etag: '"a"' })).toBe(null);
  });
});

describe('If-Range lets a range through', () => {
  it.each<[string | null, boolean]>([
    [null, true], ['"gen_1"', true], [' "gen_1" ', true], ['W/"gen_1"', false], ['"gen_2"', false], ['gen_1', false], ['*', false],
    [same, false], [later, false], ['', false], ['"gen_1", "gen_2"', false],
  ])('%j: %s', (value, applies) => expect(rangeStillApplies(new Headers(value === null ? {} : { 'if-range': value }), what)).toBe(applies));
});
