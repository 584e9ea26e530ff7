import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from './testing/closed-network';

// Public and private addresses of one loopback device. 53 and 80 are ours there, as is the resolver's configuration.
const enter = `ip link set lo up
for address in 93.184.216.34/32 10.0.0.1/32 192.168.0.1/32 100.64.0.1/32 169.254.169.254/32 fd00::1/128; do ip addr add $address dev lo; done
mount --bind "$RESOLV_CONF" /etc/resolv.conf`;
const unshare = (script: string) => ['-rnm', 'sh', '-ec', script];

/** Linux with user namespaces, iproute2 and IPv6; elsewhere hostile-names.test.ts stands alone. */
function canEnter(): boolean {
  try {
    execFileSync('unshare', unshare(enter), { stdio: 'ignore', env: { ...process.env, RESOLV_CONF: '/etc/resolv.conf' } });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canEnter())('in a network where everybody lies, the production guard with the name server that the system names', () => {
  let results: Result[] = [];
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'resolver-'));
    const env = { ...process.env, RESOLV_CONF: path.join(folder, 'resolv.conf') };
    await writeFile(env.RESOLV_CONF, 'nameserver 127.0.0.1\noptions timeout:5 attempts:1\n');
    try {
      const script = `${enter}\nexec "${process.execPath}" --import tsx lib/http/testing/closed-network.ts`;
      const { stdout } = await promisify(execFile)('unshare', unshare(script), { env });
      results = JSON.parse(stdout) as Result[];
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  const of = (...names: string[]) => results.filter(({ name }) => names.some((start) => name.startsWith(start)));

  it('would reach every private address without the guard', () => expect(of('no guard')[0]!.reached).toHaveLength(7));

  it('reaches no private address', () => {
    expect(results.length).toBeGreaterThan(35);
    expect(results.filter(({ name, reached }) => name !== 'no guard' && reached.length > 0)).toEqual([]);
  });

  it('fetches what is public, also behind a redirect', () => expect(of('nothing at all').map(({ outcome }) => outcome)).toEqual(['200', '200']));

  it('refuses every redirect to a private address, by any status and in any spelling', () => {
    const redirects = of('a redirect to', 'a 301', 'a 303', 'a 307', 'a 308');
    expect(redirects.length).toBeGreaterThanOrEqual(21);
    expect(redirects.filter(({ outcome }) => !/^blocked_/.test(outcome))).toEqual([]);
  });

  it('refuses names of private addresses, aliases of localhost, and mixed answers', () => {
    const names = of('a name of', 'another name', 'a public and', 'a public IPv4');
    expect(names).toHaveLength(10);
    expect(names.filter(({ outcome }) => outcome !== 'blocked_address')).toEqual([]);
  });

  it('asks a name once for each connection, so that a second answer is never used unjudged', () => {
    expect(of('rebinding: public to the check')).toEqual([expect.objectContaining({ outcome: '200', asked: 1 })]);
    expect(of('rebinding between')).toEqual([expect.objectContaining({ outcome: 'blocked_address', asked: 2 })]);
  });

  it('serves others while many name servers are silent', () => expect(of('a picture beside')[0]!.outcome).toBe('200'));

  it('says so when there is no such name, and does not wait for a name server that is silent', () => {
    expect(of('a name that nobody has', 'a name server that never').map(({ outcome }) => outcome)).toEqual(['network', 'timeout']);
  });
});
