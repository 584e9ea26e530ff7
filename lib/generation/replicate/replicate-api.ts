import Replicate, { type Prediction } from 'replicate';
import type { SafeFetch } from '../../http/safe-fetch';
import { onceOnlyFetch } from './replicate-fetch';

export type { Prediction };

interface Options {
  signal?: AbortSignal;
}

/** The part of Replicate's HTTP API that we use. Every call is made once. @throws ReplicateError */
export interface ReplicateApi {
  create(call: { model: string; input: object; webhook?: string }, options?: Options): Promise<Prediction>;
  get(id: string, options?: Options): Promise<Prediction>;
  cancel(id: string): Promise<Prediction>;
  /** Newest first; at most `pages` pages of the list, until `enough` says so. */
  list(enough: (page: Prediction[]) => boolean, pages: number): Promise<Prediction[]>;
  /** A prediction's file, from a host that the service chose. @throws SafeFetchError */
  download: SafeFetch;
  /** @returns the file's URL, which a model can read for a day. */
  upload(bytes: Uint8Array, type: string, options?: Options): Promise<string>;
  /** The key of webhook signatures, `whsec_…`: the one we were given, else the account's own, asked for once. */
  webhookSecret(): Promise<string>;
}

interface Settings {
  token: string;
  baseUrl: string;
  webhookSecret?: string;
  download: SafeFetch;
  fetch?: typeof fetch;
}

/** The official client, with its own repeating of calls switched off (see replicate-fetch). */
export function replicateApi({ token, baseUrl, webhookSecret: secret, download, fetch: base = fetch }: Settings): ReplicateApi {
  let known = secret;
  async function call<T>(work: (client: Replicate) => Promise<T>, { signal }: Options = {}): Promise<T> {
    const once = onceOnlyFetch(base, signal);
    const client = new Replicate({ auth: token, baseUrl, fetch: once.fetch, useFileOutput: false });
    try {
      return await work(client);
    } catch (error) {
      signal?.throwIfAborted();
      throw once.failure() ?? error;
    }
  }

  return {
    download,
    create: ({ model, input, webhook }, options) =>
      call((client) => client.predictions.create({ model, input, ...(webhook ? { webhook, webhook_events_filter: ['start', 'completed'] } : {}) }), options),
    get: (id, options) => call((client) => client.predictions.get(id), options),
    cancel: (id) => call((client) => client.predictions.cancel(id)),
    async list(enough, pages) {
      const found: Prediction[] = [];
      let next: string | undefined;
      for (let page = 0; page < pages; page += 1) {
        const answer = await call((client) => pageOf(client, next));
        found.push(...answer.results);
        next = answer.next;
        // The token goes nowhere else, whatever a page says.
        if (!next || new URL(next).origin !== new URL(baseUrl).origin || enough(answer.results)) break;
      }
      return found;
    },
    upload: (bytes, type, options) =>
      call(async (client) => (await client.files.create(new Blob([new Uint8Array(bytes)], { type }))).urls.get, options),
    webhookSecret: async () => (known ??= await call(async (client) => (await client.webhooks.default.secret.get()).key)),
  };
}

async function pageOf(client: Replicate, url: string | undefined): Promise<{ results: Prediction[]; next?: string }> {
  if (!url) return client.predictions.list();
  return (await client.request(new URL(url), { method: 'GET' })).json() as Promise<{ results: Prediction[]; next?: string }>;
}
