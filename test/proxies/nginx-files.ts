import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@/scripts/checks/free-port.mjs';
import { startDaemon } from '../support/daemon';

/** A real nginx that serves one file, `/clip.mp4`, as an everyday web server does. */
export async function startNginxWithFile(bytes: Uint8Array, modifiedMs: number) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-nginx-file-'));
  const port = await freePort();
  const file = (name: string) => path.join(folder, name);
  await mkdir(file('root'), { mode: 0o755 });
  await writeFile(file('root/clip.mp4'), bytes);
  await utimes(file('root/clip.mp4'), modifiedMs / 1000, modifiedMs / 1000);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${file(name)};`).join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  // `before` is RFC 9110's; nginx's own default answers 304 only to the very date it gave.
  const site = `listen 127.0.0.1:${port}; root ${file('root')}; if_modified_since before;`;
  await writeFile(
    file('nginx.conf'),
    `${user} daemon off; worker_processes 1; pid ${file('pid')}; error_log stderr error; events {} http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types { video/mp4 mp4; } ${temp} server { ${site} } }`,
  );
  const daemon = await startDaemon('nginx', ['-p', folder, '-c', file('nginx.conf'), '-e', 'stderr'], { port });
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
