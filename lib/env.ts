import path from 'node:path';
import { z } from 'zod';

/** Cloudflare's own address, when no other is set. */
export const CLOUDFLARE_URL = 'https://api.cloudflare.com/client/v4';

/** Replicate's own address, when no other is set. */
export const REPLICATE_URL = 'https://api.replicate.com/v1';

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).transform((value) => value.replace(/\/+$/, ''));
const PORT_RANGE = 'must be a whole number from 0 to 65535';
const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');

const PAIRS = [['GITHUB_ID', 'GITHUB_SECRET'], ['GOOGLE_ID', 'GOOGLE_SECRET']] as const;
/** A bucket and who may use it. */
const S3_NEEDS = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
/** What each driver of an edge cannot do without; both look at the clip through PUBLIC_URL. */
const EDGE_NEEDS = {
  none: [],
  cloudflare: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_ZONE_ID', 'PUBLIC_URL'],
  varnish: ['VARNISH_URL', 'PUBLIC_URL'],
} as const;
/** A dev server needs neither; any other needs one to be called and one to be sent events. */
const INNGEST_KEYS = ['INNGEST_EVENT_KEY', 'INNGEST_SIGNING_KEY'] as const;

/** Every environment variable the product reads. The README's table says the same in words. */
const schema = z
  .object({
    NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
    PORT: z.coerce.number({ error: PORT_RANGE }).int(PORT_RANGE).min(0, PORT_RANGE).max(65535, PORT_RANGE).default(3000),
    HOST: z.string().min(1).default('127.0.0.1'),
    PUBLIC_URL: url.optional(),
    DATA_DIR: z.string().min(1).default('./data'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'must be postgresql://user:password@host:port/database')
      .optional(),
    NEXTAUTH_SECRET: z.string().min(16).optional(),
    GITHUB_ID: z.string().min(1).optional(),
    GITHUB_SECRET: z.string().min(1).optional(),
    GOOGLE_ID: z.string().min(1).optional(),
    GOOGLE_SECRET: z.string().min(1).optional(),
    INNGEST_DEV: z.string().transform((value) => (value === '0' || value === 'false' ? undefined : value)).optional(),
    INNGEST_BASE_URL: url.optional(),
    INNGEST_EVENT_KEY: z.string().min(1).optional(),
    INNGEST_SIGNING_KEY: z.string().regex(/^(signkey-\w+-)?([0-9a-f]{2})+$/i, 'must be hexadecimal, with an even number of digits, after signkey-…- if that is there').optional(),
    REPLICATE_API_TOKEN: z.string().min(1).optional(),
    REPLICATE_BASE_URL: url.default(REPLICATE_URL),
    REPLICATE_WEBHOOK_SECRET: z.string().regex(/^whsec_.+/, 'must begin with whsec_').optional(),
    S3_ENDPOINT: url.refine((value) => !URL.canParse(value) || new URL(value).pathname === '/', 'must be a URL without a path; the name of the bucket goes into S3_BUCKET').optional(),
    S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket: 3 to 63 of a-z, 0-9, - and .').optional(),
    S3_REGION: z.string().regex(/^[a-z0-9-]+$/, 'must be the name of a region, or auto').optional(),
    S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    EDGE_DRIVER: z.enum(['none', 'cloudflare', 'varnish'], { error: 'must be none, cloudflare or varnish' }).optional(),
    CLOUDFLARE_API_TOKEN: z.string().regex(/^[\x21-\x7e]+$/, 'must be an API token, without spaces').optional(),
    CLOUDFLARE_ZONE_ID: z.string().regex(/^[0-9a-f]{32}$/i, "must be a zone's id: 32 hexadecimal digits, not its name").optional(),
    CLOUDFLARE_BASE_URL: url.default(CLOUDFLARE_URL),
    VARNISH_URL: url.refine((value) => !URL.canParse(value) || new URL(value).pathname === '/', 'must be a URL without a path').optional(),
    ALLOW_PRIVATE_NETWORK: flag.default(false),
    LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  })
  .superRefine((env, ctx) => {
    for (const [a, b] of PAIRS) {
      if (Boolean(env[a]) !== Boolean(env[b])) {
        ctx.addIssue({ code: 'custom', path: [env[a] ? b : a], message: `must be set together with ${env[a] ? a : b}` });
      }
    }
  })
  .superRefine((env, ctx) => {
    const given = (['INNGEST_BASE_URL', ...INNGEST_KEYS] as const).find((name) => env[name]);
    if (env.INNGEST_DEV || !given) return;
    for (const name of INNGEST_KEYS) {
      if (!env[name]) ctx.addIssue({ code: 'custom', path: [name], message: `must be set together with ${given}, for a server that is not a dev server` });
    }
  })
  .superRefine((env, ctx) => {
    if (env.REPLICATE_API_TOKEN) return;
    const other = env.REPLICATE_WEBHOOK_SECRET ? 'REPLICATE_WEBHOOK_SECRET' : env.REPLICATE_BASE_URL !== REPLICATE_URL ? 'REPLICATE_BASE_URL' : null;
    if (other) ctx.addIssue({ code: 'custom', path: ['REPLICATE_API_TOKEN'], message: `must be set together with ${other}` });
  })
  .superRefine((env, ctx) => {
    const given = (['S3_ENDPOINT', 'S3_REGION', ...S3_NEEDS] as const).find((name) => env[name]);
    if (!given) return;
    const message = (name: string) => `must be set together with ${name}`;
    for (const name of S3_NEEDS) if (!env[name]) ctx.addIssue({ code: 'custom', path: [name], message: message(given) });
    if (env.S3_ENDPOINT || (env.S3_REGION ?? 'auto') !== 'auto') return;
    ctx.addIssue({ code: 'custom', path: ['S3_REGION'], message: "must be the bucket's region when there is no S3_ENDPOINT: then it is Amazon's" });
  })
  .superRefine((env, ctx) => {
    for (const name of EDGE_NEEDS[env.EDGE_DRIVER ?? 'none']) {
      if (!env[name]) ctx.addIssue({ code: 'custom', path: [name], message: `must be set with EDGE_DRIVER=${env.EDGE_DRIVER}` });
    }
    const meant = env.VARNISH_URL ? 'varnish' : env.CLOUDFLARE_ZONE_ID || env.CLOUDFLARE_BASE_URL !== CLOUDFLARE_URL ? 'cloudflare' : null;
    if (!env.EDGE_DRIVER && meant) ctx.addIssue({ code: 'custom', path: ['EDGE_DRIVER'], message: `must be ${meant}, whose settings are given, or none` });
  })
  .transform((env) => ({
    ...env,
    DATA_DIR: path.resolve(env.DATA_DIR),
    PUBLIC_URL: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    /** Where objects are kept; null for files in DATA_DIR. */
    s3: env.S3_BUCKET
      ? {
          endpoint: env.S3_ENDPOINT,
          bucket: env.S3_BUCKET,
          region: env.S3_REGION ?? 'auto',
          accessKeyId: env.S3_ACCESS_KEY_ID!,
          secretAccessKey: env.S3_SECRET_ACCESS_KEY!,
        }
      : null,
    /** The cache in front; null for none. */
    edge:
      env.EDGE_DRIVER === 'cloudflare'
        ? { driver: 'cloudflare' as const, token: env.CLOUDFLARE_API_TOKEN!, zoneId: env.CLOUDFLARE_ZONE_ID!, baseUrl: env.CLOUDFLARE_BASE_URL }
        : env.EDGE_DRIVER === 'varnish'
          ? { driver: 'varnish' as const, url: env.VARNISH_URL! }
          : null,
    /** True when no Inngest server is named: the engine inside this process runs the functions. */
    embeddedEngine: !env.INNGEST_DEV && !env.INNGEST_SIGNING_KEY && !env.INNGEST_BASE_URL,
  }));

export type Env = z.output<typeof schema>;
export type CloudflareSettings = Omit<Extract<NonNullable<Env['edge']>, { driver: 'cloudflare' }>, 'driver'>;
export type VarnishSettings = Omit<Extract<NonNullable<Env['edge']>, { driver: 'varnish' }>, 'driver'>;

/** A wrong environment: the message names each variable and what it may be. */
export class EnvError extends Error {
  override name = 'EnvError';
}

/** What a variable names cannot be had. */
export const unusable = (variable: string, cause: unknown) =>
  new EnvError(`The environment is not right:\n  ${variable}: ${cause instanceof Error ? cause.message || String(cause) : String(cause)}`, { cause });

/**
 * Checks the environment. Empty strings count as unset.
 * @throws EnvError naming every wrong variable.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new EnvError(`The environment is not right:\n${lines.join('\n')}`);
}
