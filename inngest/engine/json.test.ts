import fc from 'fast-check';
import { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import { describe, expect, it } from 'vitest';
import { signingKey } from './contract/harness';
import { canonicalJson } from './json';
import { callFunction } from './protocol';

describe('canonicalJson', () => {
  it('means what JSON.stringify means, and is its own canonical text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: new Date(0), a: undefined, 10: NaN, 9: () => 1 })).toBe('{"10":null,"b":"1970-01-01T00:00:00.000Z"}');
  });

  it('makes bodies whose signature the SDK accepts, whatever is in them', async () => {
    const client = new Inngest({ id: 'app', isDev: false, eventKey: 'e', signingKey });
    const echo = client.createFunction({ id: 'echo', triggers: { event: 'a/b' } }, ({ event }) => event.data);
    const wire = { handler: serve({ client, functions: [echo] }), signingKey, appUrl: 'http://app.test' };
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const event = canonicalJson({ name: 'a/b', data: { value } });
        const call = { functionId: 'app-echo', stepId: 'step', runId: 'r', event, memo: new Map(), stack: [], attempt: 0, maxAttempts: 4, planOnly: false };
        const answer = await callFunction(wire, call, () => 0);
        expect(answer).toEqual({ kind: 'result', output: JSON.parse(canonicalJson({ value })) });
      }),
      { numRuns: 60 },
    );
  });
});
