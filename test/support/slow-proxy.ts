import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Held {
  /** Resolves when the origin has answered and its answer waits here. */
  arrived: Promise<void>;
  release(): void;
}

export interface SlowProxy {
  port: number;
  /** The next answer to a URL (exactly) stays here until it is released: a fill that takes its time. */
  hold(url: string): Held;
  /** Answers passed on, by status. */
  passed: Map<number, number>;
  close(): Promise<void>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A slow way to an origin: it answers at once, but its answers arrive late and in pieces. */
export async function startSlowProxy(originPort: number, { headMs = () => 0, pieceMs = () => 0 }: { headMs?: () => number; pieceMs?: () => number } = {}): Promise<SlowProxy> {
  const holds = new Map<string, { arrived: () => void; released: Promise<void> }>();
  const passed: SlowProxy['passed'] = new Map();
  const agent = new http.Agent({ keepAlive: true });

  const server = http.createServer((req, res) => {
    const upstream = http.request({ port: originPort, host: '127.0.0.1', path: req.url, method: req.method, headers: req.headers, agent }, (answer) => {
      void pass(req.url!, answer, res).catch(() => res.destroy());
    });
    upstream.on('error', () => res.destroy());
    res.on('close', () => upstream.destroy());
    req.pipe(upstream);
  });
  server.keepAliveTimeout = 60_000;

  async function pass(url: string, answer: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    answer.on('error', () => res.destroy());
    const hold = holds.get(url);
    if (hold) {
      holds.delete(url);
      hold.arrived();
      await hold.released;
    } else {
      await pause(headMs());
    }
    res.writeHead(answer.statusCode!, answer.headers);
    passed.set(answer.statusCode!, (passed.get(answer.statusCode!) ?? 0) + 1);
    for await (const piece of answer) {
      res.write(piece);
      const ms = pieceMs();
      if (ms > 0) await pause(ms);
    }
    res.end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    hold(url) {
      let release = () => {};
      let arrived = () => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      const held = { arrived: new Promise<void>((resolve) => (arrived = resolve)), release };
      holds.set(url, { arrived, released });
      return held;
    },
    close() {
      agent.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
