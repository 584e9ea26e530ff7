import net, { type AddressInfo } from 'node:net';

export interface PurgeEndpoint {
  url: string;
  /** From now on nothing is confirmed. */
  hold(): void;
  /** Confirms what was held, and what comes. */
  release(): void;
  close(): Promise<void>;
}

const CONFIRMED = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/**
 * Confirms purges as a Varnish does, when the test says so. It keeps nothing: viewers ask the product itself. By hand,
 * for Node's own server knows no BAN.
 */
export async function startPurgeEndpoint(): Promise<PurgeEndpoint> {
  const open = new Set<net.Socket>();
  let held: net.Socket[] | null = null;
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.once('data', () => (held ? held.push(socket) : socket.end(CONFIRMED)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => void (held ??= []),
    release() {
      held?.forEach((socket) => socket.end(CONFIRMED));
      held = null;
    },
    close() {
      open.forEach((socket) => socket.destroy());
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
