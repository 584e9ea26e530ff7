import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Answer = (req: IncomingMessage, res: ServerResponse, nth: number) => void;

/** A store that answers as told, for what no real one does on demand. */
export async function startOddStore() {
  const sockets = new Set<Socket>();
  const asked: Array<{ method: string; path: string; headers: IncomingMessage['headers'] }> = [];
  let answer: Answer = (_, res) => res.writeHead(500).end();
  const server = createServer((req, res) => {
    asked.push({ method: req.method!, path: req.url!, headers: req.headers });
    const nth = asked.length;
    // The whole request first, so that an answer is never ahead of it.
    req.resume().on('end', () => answer(req, res, nth));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** Connections that are open now. */
    open: () => sockets.size,
    will(next: Answer) {
      asked.length = 0;
      answer = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An S3 error answer. */
export const refusal = (res: ServerResponse, status: number, code: string, headers: Record<string, string> = {}) =>
  res.writeHead(status, { 'Content-Type': 'application/xml', ...headers }).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);

/** Answers a GET as a store that has `body`: whole or the range asked for. @returns what it would send */
export function begin(req: IncomingMessage, res: ServerResponse, body: Buffer): Buffer {
  const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
  const part = range ? body.subarray(Number(range[1]), Number(range[2]) + 1) : body;
  res.writeHead(range ? 206 : 200, { 'Content-Length': part.length, ETag: '"one"', ...(range ? { 'Content-Range': `bytes ${range[1]}-${range[2]}/${body.length}` } : {}) });
  return part;
}
