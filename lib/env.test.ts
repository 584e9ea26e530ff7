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
    expect(() => readEnv({ INNGEST_SIGNING_KEY: 'ab' })).toThrow(/INNGEST_EVENT_KEY: must be set together with INNGEST_SIGNING_KEY/);
    expect(() => readEnv({ INNGEST_BASE_URL: 'http://127.0.0.1:8288' })).toThrow(/INNGEST_EVENT_KEY: must be set together with INNGEST_BASE_URL[\s\S]*INNGEST_SIGNING_KEY: must be set/);
    expect(() => readEnv({ INNGEST_EVENT_KEY: 'x', INNGEST_SIGNING_KEY: 'abc' })).toThrow(/INNGEST_SIGNING_KEY: must be hexadecimal/);
  });

  const s3 = { S3_ENDPOINT: 'https://s3.example/', S3_BUCKET: 'clips', S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'secret' };

  it('takes a bucket with its keys, at Amazon with its region', () => {
    expect(readEnv({}).s3).toBeNull();
    expect(readEnv(s3).s3).toEqual({ endpoint: 'https://s3.example', bucket: 'clips', region: 'auto', accessKeyId: 'key', secretAccessKey: 'secret' });
    expect(readEnv({ ...s3, S3_ENDPOINT: '', S3_REGION: 'eu-west-1' }).s3).toMatchObject({ endpoint: undefined, region: 'eu-west-1' });
  });

  it.each([
    ['S3_BUCKET', '', 'must be set together with S3_ENDPOINT'],
    ['S3_BUCKET', 'My Clips', 'must be the name of a bucket'],
    ['S3_ACCESS_KEY_ID', '', 'must be set together with S3_ENDPOINT'],
    ['S3_SECRET_ACCESS_KEY', '', 'must be set together with S3_ENDPOINT'],
    ['S3_ENDPOINT', 's3.example', 'must be an http or https URL'],
    ['S3_ENDPOINT', 'https://s3.example/clips', 'must be a URL without a path'],
    ['S3_REGION', 'Frankfurt!', 'must be the name of a region'],
  ])('stops the start for a store with %s=%s', (name, value, text) => {
    expect(() => readEnv({ ...s3, [name]: value })).toThrow(`${name}: ${text}`);
  });

  it("asks for the region of Amazon's", () => {
    expect(() => readEnv({ ...s3, S3_ENDPOINT: '' })).toThrow("S3_REGION: must be the bucket's region");
    expect(() => readEnv({ S3_REGION: 'eu-west-1' })).toThrow('S3_BUCKET: must be set together with S3_REGION');
  });

  const edges = {
    cloudflare: { EDGE_DRIVER: 'cloudflare', PUBLIC_URL: 'https://clips.example', CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_ZONE_ID: '0a'.repeat(16) },
    varnish: { EDGE_DRIVER: 'varnish', PUBLIC_URL: 'https://clips.example', VARNISH_URL: 'http://127.0.0.1:6081/' },
  };

  it('takes an edge with its settings, and none without', () => {
    expect([readEnv({}).edge, readEnv({ EDGE_DRIVER: 'none', VARNISH_URL: 'http://127.0.0.1:6081' }).edge]).toEqual([null, null]);
    expect(readEnv(edges.cloudflare).edge).toEqual({ driver: 'cloudflare', token: 'token', zoneId: '0a'.repeat(16), baseUrl: 'https://api.cloudflare.com/client/v4' });
    expect(readEnv(edges.varnish).edge).toEqual({ driver: 'varnish', url: 'http://127.0.0.1:6081' });
  });

  it.each([
    ['cloudflare', 'EDGE_DRIVER', 'fastly', 'must be none, cloudflare or varnish'],
    ['cloudflare', 'EDGE_DRIVER', '', 'must be cloudflare, whose settings are given, or none'],
    ['cloudflare', 'CLOUDFLARE_API_TOKEN', '', 'must be set with EDGE_DRIVER=cloudflare'],
    ['cloudflare', 'CLOUDFLARE_API_TOKEN', 'Bearer x', 'must be an API token'],
    ['cloudflare', 'CLOUDFLARE_ZONE_ID', '', 'must be set with EDGE_DRIVER=cloudflare'],
    ['cloudflare', 'CLOUDFLARE_ZONE_ID', 'clips.example', "must be a zone's id"],
    ['cloudflare', 'CLOUDFLARE_BASE_URL', 'api', 'must be an http or https URL'],
    ['cloudflare', 'PUBLIC_URL', '', 'must be set with EDGE_DRIVER=cloudflare'],
    ['varnish', 'EDGE_DRIVER', '', 'must be varnish, whose settings are given, or none'],
    ['varnish', 'VARNISH_URL', '', 'must be set with EDGE_DRIVER=varnish'],
    ['varnish', 'VARNISH_URL', '127.0.0.1:6081', 'must be an http or https URL'],
    ['varnish', 'VARNISH_URL', 'http://127.0.0.1:6081/x', 'must be a URL without a path'],
    ['varnish', 'PUBLIC_URL', '', 'must be set with EDGE_DRIVER=varnish'],
  ] as const)('stops the start for an edge %s with %s=%s', (edge, name, value, text) => {
    expect(() => readEnv({ ...edges[edge], [name]: value })).toThrow(`${name}: ${text}`);
  });

  it('leaves the embedded engine as soon as an Inngest server is named', () => {
    expect(readEnv({ INNGEST_DEV: '1' }).embeddedEngine).toBe(false);
    expect(readEnv({ INNGEST_EVENT_KEY: 'x', INNGEST_SIGNING_KEY: 'signkey-prod-0a1b' }).embeddedEngine).toBe(false);
    expect(readEnv({ INNGEST_DEV: '0' }).embeddedEngine).toBe(true);
  });
});
