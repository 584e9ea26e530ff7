import ipaddr from 'ipaddr.js';

/** What a development switch (`ALLOW_PRIVATE_NETWORK`) may add; link-local, multicast and tunnels stay closed. */
const DEVELOPMENT = new Set(['loopback', 'private', 'uniqueLocal']);
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * May a socket connect to this address (text as the resolver or the socket gives it)?
 * Only addresses known to be public pass, so new special ranges fail closed. IPv4 inside IPv6 (`::ffff:a.b.c.d`) is
 * judged as the IPv4 it is; tunnels that carry one elsewhere (6to4, NAT64, Teredo, ISATAP) never pass.
 */
export function isAllowedAddress(address: string, allowPrivate: boolean): boolean {
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  // isValid admits "127.1" and "0x7f.1"; resolvers and sockets never answer with those.
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4' && !address.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(address)) return false;
  const range = parsed.range();
  if (allowPrivate && DEVELOPMENT.has(range)) return true;
  if (range !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return true;
  const v6 = parsed as ipaddr.IPv6;
  const isatap = v6.parts[5] === 0x5efe && (v6.parts[4]! & 0xfdff) === 0;
  return v6.match(GLOBAL_UNICAST_V6) && !isatap;
}
