// A stand-in for an Inngest server on this machine: npx tsx test/inngest/serve.ts --port 0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { makeStandIn, type StandIn, type StandInOptions } from './stand-in';

export interface ServedStandIn {
  url: string;
  standIn: StandIn;
  close(): Promise<void>;
}

/** Mounts a stand-in on 127.0.0.1; port 0 takes a free one. */
export async function serveStandIn({ port = 0, ...options }: StandInOptions & { port?: number } = {}): Promise<ServedStandIn> {
  const standIn = await makeStandIn(options);
  const server = createServer(getRequestListener(standIn.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    standIn,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await standIn.close();
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'event-key': { type: 'string' },
      'signing-key': { type: 'string' },
      'sdk-url': { type: 'string', short: 'u', multiple: true, default: [] },
    },
  });
  const served = await serveStandIn({ port: Number(values.port), eventKey: values['event-key'], signingKey: values['signing-key'] });
  console.log(`stand-in for an Inngest ${values['signing-key'] ? 'server' : 'dev server'} at ${served.url}`);
  for (const url of values['sdk-url']) {
    const res = await served.standIn.askToSync(url);
    console.log(`${url} answered ${res.status}: ${await res.text()}`);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void served.close().then(() => process.exit(0)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
