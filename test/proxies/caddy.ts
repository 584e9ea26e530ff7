import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { freePort } from '@/scripts/checks/free-port.mjs';
import { startDaemon } from '../support/daemon';
import type { Proxy } from './proxy';

/** A real Caddy with the Caddyfile that we ship, under a name for which it makes a certificate of its own. */
export async function startCaddy(originPort: number): Promise<Proxy> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-caddy-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  const config = path.join(folder, 'Caddyfile');
  await writeFile(config, `{\n\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port ${plainPort}\n\thttps_port ${port}\n}\nimport ${path.resolve('deploy/caddy/Caddyfile')}\n`);
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, MOTIONESS_SITE: 'localhost', MOTIONESS_UPSTREAM: `127.0.0.1:${originPort}` };
  const args = ['--config', config, '--adapter', 'caddyfile'];
  const checked = await promisify(execFile)('caddy', ['validate', ...args], { env: { ...process.env, ...env } });
  const daemon = await startDaemon('caddy', ['run', ...args], { port, env });
  // The port is open before the certificate is made.
  await handshake(port).catch(async (error: unknown) => {
    await daemon.stop();
    throw new Error(`no certificate: ${daemon.output().slice(-2000)}`, { cause: error });
  });
  return {
    port,
    plainPort,
    checked: checked.stdout + checked.stderr,
    async stop() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const CERTIFICATE_MS = 20_000;
const LOOK_MS = 50;

async function handshake(port: number): Promise<void> {
  for (const deadline = Date.now() + CERTIFICATE_MS; ; ) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false }, () => resolve(void socket.destroy()));
        socket.once('error', reject);
      });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
