import { describe, expect, it } from 'vitest';
import { readEnv } from '@/lib/env';
import { serverOptions } from './server-options';

describe('which Inngest server runs the functions', () => {
  it.each([
    [{ INNGEST_DEV: '1' }, { isDev: true, baseUrl: undefined }],
    [{ INNGEST_DEV: 'http://127.0.0.1:9999' }, { isDev: true, baseUrl: 'http://127.0.0.1:9999' }],
    [{ INNGEST_DEV: '0', INNGEST_BASE_URL: 'http://inngest:8288' }, { isDev: false, baseUrl: 'http://inngest:8288' }],
    [{ INNGEST_DEV: '1', INNGEST_BASE_URL: 'http://inngest:8288' }, { isDev: true, baseUrl: 'http://inngest:8288' }],
    [{ INNGEST_EVENT_KEY: 'e', INNGEST_SIGNING_KEY: 'ff' }, { isDev: false, baseUrl: undefined, eventKey: 'e', signingKey: 'ff' }],
  ])('is read from the environment: %o', (env, options) => {
    expect(serverOptions(env)).toMatchObject(options);
  });

  it.each([
    [{ INNGEST_BASE_URL: 'http://inngest:8288' }, 'INNGEST_EVENT_KEY: must be set'],
    [{ INNGEST_DEV: '0', INNGEST_EVENT_KEY: 'e' }, 'INNGEST_SIGNING_KEY: must be set'],
    [{ INNGEST_EVENT_KEY: 'e', INNGEST_SIGNING_KEY: 'secret' }, 'INNGEST_SIGNING_KEY: must be hexadecimal'],
  ])('must have keys that can work: %o', (env, message) => {
    expect(() => readEnv(env)).toThrow(message);
  });
});
