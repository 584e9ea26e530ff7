import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@/scripts/checks/free-port.mjs';
import { startDaemon } from '../support/daemon';
import type { Proxy } from './proxy';

const run = promisify(execFile);

/** A real nginx with the configuration that we ship: only ports, certificate and folders are ours. */
export async function startNginx(originPort: number): Promise<Proxy> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-nginx-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  const file = (name: string) => path.join(folder, name);
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=clips.example.com', '-keyout', file('key.pem'), '-out', file('cert.pem')]);
  const shipped = await readFile('deploy/nginx/motioness.conf', 'utf8');
  const site = shipped
    .replace(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
    .replace('listen 443 ', `listen 127.0.0.1:${port} `)
    .replace('127.0.0.1:3000', `127.0.0.1:${originPort}`)
    .replace(/\/etc\/letsencrypt\/\S+fullchain.pem/, file('cert.pem'))
    .replace(/\/etc\/letsencrypt\/\S+privkey.pem/, file('key.pem'));
  await writeFile(file('motioness.conf'), site);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${file(name)};`).join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  await writeFile(file('nginx.conf'), `${user} daemon off; worker_processes 1; pid ${file('pid')}; error_log stderr warn; events {} http { access_log off; ${temp} include ${file('motioness.conf')}; }`);
  const args = ['-p', folder, '-c', file('nginx.conf'), '-e', 'stderr'];
  const checked = await run('nginx', [...args, '-t']);
  const daemon = await startDaemon('nginx', args, { port });
  return {
    port,
    plainPort,
    checked: checked.stderr,
    async stop() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
