import { SafeFetchError } from './safe-fetch-error';

/** The Fetch standard's bad ports from 1024 up; below that only 80 and 443 are open. */
const BAD_PORTS = [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080];
/**
 * Databases, caches, daemons and desktops, which nobody means by the URL of a picture or a webhook. Others from 1024 up
 * stay open: sites and object stores are served on 3000, 8080, 8443, 9000 and their like.
 */
const SERVICE_PORTS = [1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5900, 5984, 6379, 6380, 9042, 9092, 9200, 9300, 10250, 11211, 27017, 27018];
const CLOSED_PORTS = new Set([...BAD_PORTS, ...SERVICE_PORTS]);

/**
 * The URL of a guarded fetch. WHATWG parsing has already turned decimal, octal and hexadecimal hosts into dotted ones.
 * @throws SafeFetchError blocked_url
 */
export function checkUrl(text: string, base?: string): URL {
  const blocked = (why: string) => new SafeFetchError('blocked_url', why);
  if (!URL.canParse(text, base)) throw blocked('it is not a URL');
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw blocked('only http and https URLs can be fetched');
  if (url.username || url.password) throw blocked('a URL with a user name or password cannot be fetched');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if ((port < 1024 && port !== 80 && port !== 443) || CLOSED_PORTS.has(port)) throw blocked(`port ${port} is not open to fetches`);
  url.hash = '';
  return url;
}
