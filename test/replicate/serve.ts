// Replicate's API on this machine: npx tsx test/replicate/serve.ts --port 0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { control } from './control';
import { makeStandIn, type StandIn, type StandInOptions } from './stand-in';

const TICK_MS = 20;
/** A receiver of webhooks has a few seconds. */
const DELIVERY_MS = 10_000;

export interface ServedStandIn {
  /** Without `/v1`. */
  url: string;
  standIn: StandIn;
  close(): Promise<void>;
}

/** Mounts a stand-in on 127.0.0.1; port 0 takes a free one. Its clock is the machine's. */
export async function serveStandIn({ port = 0, ...options }: StandInOptions & { port?: number } = {}): Promise<ServedStandIn> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deliver = (request: Request) => fetch(request, { signal: AbortSignal.timeout(DELIVERY_MS) });
  const standIn = makeStandIn({ allowHttp: true, deliver, ...options, baseUrl: url });
  server.on('request', (incoming, outgoing) => void answer(standIn, incoming, outgoing));
  const timer = setInterval(() => void standIn.tick(), TICK_MS);
  return {
    url,
    standIn,
    close: async () => {
      clearInterval(timer);
      standIn.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(standIn: StandIn, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  try {
    const request = await toRequest(incoming, gone.signal);
    const path = new URL(request.url).pathname;
    const response = path.startsWith('/__control/') ? await control(standIn, request) : await standIn.fetch(request);
    outgoing.writeHead(response.status, [...response.headers].flat());
    if (response.body) await pipeline(Readable.fromWeb(response.body as never), outgoing);
    else outgoing.end();
  } catch {
    // A connection that broke on purpose, or a client that went away: nothing more can be said to it.
    incoming.socket.destroy();
  }
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await buffer(incoming);
  const pairs = Object.entries(headers).filter(([name, value]) => value !== undefined && name !== 'connection') as [string, string][];
  return new Request(`http://${headers.host}${url}`, { method, headers: pairs, body, signal });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      token: { type: 'string' },
      'webhook-secret': { type: 'string' },
      'start-after': { type: 'string', default: '200' },
      after: { type: 'string', default: '1000' },
      'skip-image-check': { type: 'boolean', default: false },
    },
  });
  const served = await serveStandIn({
    port: Number(values.port),
    token: values.token,
    webhookSecret: values['webhook-secret'],
    startAfterMs: Number(values['start-after']),
    afterMs: Number(values.after),
    checkImages: !values['skip-image-check'],
  });
  console.log(`stand-in for Replicate at ${served.url}/v1, token ${served.standIn.token}, webhook secret ${served.standIn.webhookSecret}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void served.close().then(() => process.exit(0)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
