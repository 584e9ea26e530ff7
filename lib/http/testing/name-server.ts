// Test support: a DNS server on loopback that lies as it is told, down to the bytes on the wire.
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';

/** What a name answers to the n-th question (from 0) for A or AAAA; null answers nothing, ever. */
export type Zone = (type: 'A' | 'AAAA', asked: number) => Answer[] | null;

export interface NameServer {
  port: number;
  zones: Record<string, Zone>;
  /** The questions for addresses of a name, in order. */
  asked(name: string): string[];
  close(): void;
}

/** A and AAAA records for the addresses, with a TTL of 0. */
export const addresses = (name: string, ...all: string[]): Zone => (type) =>
  all.filter((data) => data.includes(':') === (type === 'AAAA')).map((data) => ({ type, name, ttl: 0, data }));

/** `name` is another name for `target`, which has these addresses. */
export const alias = (name: string, target: string, ...all: string[]): Zone => (type) => [
  { type: 'CNAME', name, ttl: 0, data: target },
  ...(addresses(target, ...all)(type, 0) ?? []),
];

export async function startNameServer(port = 0): Promise<NameServer> {
  const socket = createSocket('udp4');
  const zones: Record<string, Zone> = {};
  const questions: Array<{ name: string; type: string }> = [];
  socket.on('message', (message, { address, port: from }) => {
    const { id, questions: [question] = [] } = decode(message);
    if (!question) return;
    const { name, type } = question;
    const asked = questions.filter((it) => it.name === name && it.type === type).length;
    questions.push({ name, type });
    const zone = zones[name.toLowerCase()];
    const answers = zone && (type === 'A' || type === 'AAAA') ? zone(type, asked) : [];
    // 3 is NXDOMAIN (RFC 1035, 4.1.1); the flags say "an answer, recursion available".
    if (answers) socket.send(encode({ type: 'response', id, flags: 0x8180 | (zone ? 0 : 3), questions: [question], answers }), from, address);
  });
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  return { port: socket.address().port, zones, asked: (name) => questions.filter((it) => it.name === name).map(({ type }) => type), close: () => void socket.close() };
}

/**
 * Looks names up at that server, in the place of the operating system's resolver, which can't be pointed at a port. All
 * behind it is the product's own.
 */
export function lookupAt({ port }: NameServer): LookupFunction {
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const ask = (host: string, family: 4 | 6) =>
    new Promise<Array<{ address: string; family: number }>>((resolve, reject) =>
      resolver[family === 4 ? 'resolve4' : 'resolve6'](host, (error, found) => {
        if (error && error.code !== 'ENODATA') reject(error);
        else resolve((found ?? []).map((address) => ({ address, family })));
      }),
    );
  return (host, _options, callback) => {
    Promise.all([ask(host, 4), ask(host, 6)]).then(
      ([four, six]) => callback(null, [...four, ...six] as never, 0),
      (error: NodeJS.ErrnoException) => callback(error, [] as never, 0),
    );
  };
}
