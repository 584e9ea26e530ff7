import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the host of pictures answers now. */
export type Weather = 'fine' | 'gone' | 'broken';

/** Somebody else's web server with one picture on it, which is not always there. */
export interface SourceHost {
  url: string;
  weather: Weather;
  close(): Promise<void>;
}

export async function startSourceHost(png: Buffer): Promise<SourceHost> {
  const server = createServer((_req, res) => {
    if (host.weather === 'fine') res.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': png.byteLength }).end(png);
    else res.writeHead(host.weather === 'gone' ? 404 : 500).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host: SourceHost = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture.png`,
    weather: 'fine',
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return host;
}
