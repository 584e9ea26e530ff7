import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import { CLIP_BYTES } from './world';

/** What one request got. */
export interface View {
  path: string;
  /** Whether it is the URL that the product names, not another spelling of it. */
  canonical: boolean;
  startedAtMs: number;
  status: number;
  /** Of the generation; without quotes. */
  etag: string;
  start: number;
  length: number;
  sha: string;
}

export const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** Between a viewer's requests, ms. */
const PACE_MS = 150;

/** Looks at a clip again and again, whole and in ranges, by all its spellings in turn, until stopped. */
export function startViewer(url: string, spellings: string[], views: View[]): { stop(): Promise<void> } {
  const agent = new Agent({ connections: 4, keepAliveTimeout: 10_000 });
  let stopped = false;
  const run = async () => {
    for (let n = 0; !stopped; n++) {
      // Every other request is for the canonical one.
      const path = n % 2 === 0 ? spellings[0]! : spellings[((n - 1) / 2) % spellings.length]!;
      views.push(await view(agent, url, path, path === spellings[0], n % 3 === 0 ? null : rangeOf(n)));
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    await agent.close();
  };
  const running = run();
  return {
    stop() {
      stopped = true;
      return running;
    },
  };
}

const rangeOf = (n: number): [start: number, end: number] => {
  const start = (n * 7_919) % (CLIP_BYTES - 50_000);
  return [start, start + 1_000 + ((n * 104_729) % 49_000)];
};

async function view(agent: Agent, url: string, path: string, canonical: boolean, range: [number, number] | null): Promise<View> {
  const startedAtMs = Date.now();
  const answer = await request(`${url}${path}`, { dispatcher: agent, headers: range ? { range: `bytes=${range[0]}-${range[1]}` } : {} });
  const bytes = new Uint8Array(await answer.body.arrayBuffer());
  const etag = String(answer.headers.etag ?? '').replaceAll('"', '');
  return { path, canonical, startedAtMs, status: answer.statusCode, etag, start: range?.[0] ?? 0, length: bytes.byteLength, sha: shaOf(bytes) };
}
