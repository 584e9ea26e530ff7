import dns, { type LookupAddress, Resolver } from 'node:dns';
import type { LookupFunction } from 'node:net';

const ANSWER_MS = 2_000;
const TRIES = 2;

/**
 * Resolves a public name by asking the name server from here, not by the system's `getaddrinfo`: that blocks a thread for
 * as long as it waits, two at most for all look-ups of the process, so a few names whose servers stay silent would stop everybody's fetches.
 * The hosts file is not read: what stands there is no public site.
 */
export const publicLookup: LookupFunction = (host, _options, callback) => {
  const resolver = new Resolver({ timeout: ANSWER_MS, tries: TRIES });
  const ask = (family: 4 | 6) =>
    new Promise<LookupAddress[]>((resolve, reject) =>
      resolver[family === 4 ? 'resolve4' : 'resolve6'](host, (error, found) => {
        if (error && error.code !== dns.NODATA) reject(error);
        else resolve((found ?? []).map((address) => ({ address, family })));
      }),
    );
  void Promise.allSettled([ask(4), ask(6)]).then(
    ([four, six]) => {
      // A name server that fails at one kind of question may well answer the other.
      const addresses = [four, six].flatMap((it) => (it.status === 'fulfilled' ? it.value : []));
      const failed = [four, six].find((it) => it.status === 'rejected');
      if (addresses.length === 0 && failed) callback(failed.reason as NodeJS.ErrnoException, '', 0);
      else callback(null, addresses as never, 0);
    },
  );
};

/** The system's own, with its hosts file: for development, where names of containers and of this machine are wanted. */
export const systemLookup = dns.lookup as LookupFunction;

/** Names that are this machine wherever they are asked for (RFC 6761, 6.3). */
export const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);
