import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isAllowedAddress } from './safe-fetch-address';
import { SafeFetchError } from './safe-fetch-error';
import { isLocalName, publicLookup, systemLookup } from './safe-fetch-lookup';

export interface AgentOptions {
  /** Loopback and private networks too; for development and tests. */
  allowPrivate: boolean;
  /** Resolves a host; replaced in tests. */
  lookup?: LookupFunction;
}

const CONNECT_TIMEOUT_MS = 5_000;

const blocked = () => new SafeFetchError('blocked_address', 'the address of the host is not public');

/**
 * An agent whose sockets only ever connect to allowed addresses. The check is inside the very lookup the socket uses,
 * so a second answer of the resolver (rebinding) has no moment to slip in, and again on the connected socket.
 */
export function makeAgent({ allowPrivate, lookup = allowPrivate ? systemLookup : publicLookup }: AgentOptions): Agent {
  const connector = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardLookup(lookup, allowPrivate) } as buildConnector.BuildOptions);
  const connect: buildConnector.connector = (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    // Sockets don't look up literals, so these are checked here.
    if (isIP(literal) && !isAllowedAddress(literal, allowPrivate)) return callback(blocked(), null);
    connector(options, (error, socket) => {
      if (error || !socket) return callback(error ?? blocked(), null);
      if (isAllowedAddress(socket.remoteAddress ?? '', allowPrivate)) return callback(null, socket);
      socket.destroy();
      callback(blocked(), null);
    });
  };
  // No keep-alive: targets are many and seldom asked twice.
  return new Agent({ connect, pipelining: 0, maxHeaderSize: 16 * 1024, allowH2: false });
}

function guardLookup(lookup: LookupFunction, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    if (!allowPrivate && isLocalName(hostname)) return callback(blocked() as NodeJS.ErrnoException, '', 0);
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const addresses = found as unknown as Array<{ address: string; family: number }>;
      // One private answer among public ones is what rebinding looks like: refuse them all.
      if (!addresses.length || !addresses.every(({ address }) => isAllowedAddress(address, allowPrivate))) {
        return callback(blocked() as NodeJS.ErrnoException, '', 0);
      }
      if (options.all) return callback(null, addresses as never, 0);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
