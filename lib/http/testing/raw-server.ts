// Test support: a server that says whatever it likes, right or wrong, on a plain socket.
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What is done to each client whose request has come. `path` is the request's. */
export type Talk = (socket: Socket, path: string) => void;

export interface RawServer {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The request lines and headers that came, in order. */
  requests: string[];
  talk: Talk;
  /** Resolves when no client is connected. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startRawServer(): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const waiting: Array<() => void> = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      it.requests.push(text);
      const path = text.split(' ')[1]!;
      text = '';
      it.talk(socket, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const it: RawServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    talk: () => {},
    idle: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return it;
}

/** Writes `piece` again and again, as fast as it is taken or every so many ms, until the client goes. */
export function writeForever(socket: Socket, piece: string | Buffer, everyMs = 0): void {
  const write = () => {
    if (socket.destroyed) return;
    const taken = socket.write(piece);
    if (everyMs > 0) setTimeout(write, everyMs);
    else if (taken) setImmediate(write);
    else socket.once('drain', write);
  };
  write();
}
