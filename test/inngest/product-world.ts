import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import * as route from '@/app/api/inngest/route';
import { carry } from '@/lib/outbox/carry';
import { relayBatch } from '@/lib/outbox/relay';
import { setInngestHandler } from '@/lib/runtime';
import { makePipeline, type Pipeline } from '../support/pipeline';
import { testClock } from '../support/test-runtime';
import { serveStandIn, type ServedStandIn } from './serve';
import { EVENT_KEY, SIGNING_KEY } from './worlds';

export interface ProductWorld extends Pipeline {
  /** Where the product is, which serves `/api/inngest` alone. */
  appUrl: string;
  server: ServedStandIn;
}

const serveRoute = (req: Request): Promise<Response> => {
  const handler = { GET: route.GET, POST: route.POST, PUT: route.PUT }[req.method];
  return handler ? handler(req) : Promise.resolve(new Response(null, { status: 405 }));
};

/** The product as its environment tells it to use an Inngest server: its route over HTTP, its events to the server's API. */
export async function makeProductWorld(): Promise<ProductWorld> {
  const clock = testClock();
  const server = await serveStandIn({ eventKey: EVENT_KEY, signingKey: SIGNING_KEY, clock });
  const http = createServer(getRequestListener(serveRoute, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const appUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const pipeline = await makePipeline({
    clock,
    env: { PUBLIC_URL: appUrl, INNGEST_BASE_URL: server.url, INNGEST_EVENT_KEY: EVENT_KEY, INNGEST_SIGNING_KEY: SIGNING_KEY },
  });
  setInngestHandler(pipeline.publicHandler);
  return {
    ...pipeline,
    appUrl,
    server,
    async settle() {
      do await server.standIn.executor.engine.idle();
      while ((await relayBatch(pipeline.rt, carry)) > 0);
    },
    async close() {
      await pipeline.close();
      setInngestHandler(null);
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await server.close();
    },
  };
}
