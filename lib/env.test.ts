import { describe, expect, it } from 'vitest';
import { readEnv } from './env';

describe('the environment', () => {
  it('needs nothing', () => {
    expect(readEnv({})).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', PUBLIC_URL: 'http://localhost:3000', embeddedEngine: true });
  });

  it('takes an empty value as unset and drops the slash of PUBLIC_URL', () => {
    const env = readEnv({ DATABASE_URL: '', PORT: '4000', PUBLIC_URL: 'https://a.example/' });
    expect([env.DATABASE_URL, env.PUBLIC_URL]).toEqual([undefined, 'https://a.example']);
    expect(readEnv({ PORT: '4000' }).PUBLIC_URL).toBe('http://localhost:4000');
  });

  it.each([
    ['PORT', 'eighty'], ['PORT', '70000'], ['PUBLIC_URL', 'example.com'], ['DATABASE_URL', 'mysql://x/y'], ['NEXTAUTH_SECRET', 'short'],
    ['LOG_LEVEL', 'loud'], ['ALLOW_PRIVATE_NETWORK', 'maybe'],
  ])('stops the start for %s=%s and names the variable', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^The environment is not right:\\n  ${name}: `));
  });

  it('names the missing half of a pair', () => {
    expect(() => readEnv({ GITHUB_ID: 'x' })).toThrow(/GITHUB_SECRET: must be set together with GITHUB_ID/);
    expect(() => readEnv({ INNGEST_EVENT_KEY: 'x' })).toThrow(/INNGEST_SIGNING_KEY: must be set together with INNGEST_EVENT_KEY/);
    expect(() => readEnv({ INNGEST_SIGNING_KEY: 'x' })).toThrow(/INNGEST_EVENT_KEY: must be set together with INNGEST_SIGNING_KEY/);
  });

  it('leaves the embedded engine as soon as an Inngest server is named', () => {
    expect(readEnv({ INNGEST_DEV: '1' }).embeddedEngine).toBe(false);
    expect(readEnv({ INNGEST_EVENT_KEY: 'x', INNGEST_SIGNING_KEY: 'y' }).embeddedEngine).toBe(false);
    expect(readEnv({ INNGEST_BASE_URL: 'http://127.0.0.1:8288' }).embeddedEngine).toBe(false);
  });
});
