import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@/scripts/checks/free-port.mjs';
import { startDaemon } from '../support/daemon';

export interface Varnish {
  url: string;
  stop(): Promise<void>;
}

/** A real varnishd, with the VCL that we ship or another, in front of a port of 127.0.0.1; all it has is in memory and one folder. */
export async function startVarnish({ originPort, port, file = 'deploy/varnish/default.vcl' }: { originPort: number; port: number; file?: string }): Promise<Varnish> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-varnish-'));
  const vcl = path.join(folder, 'default.vcl');
  await writeFile(vcl, (await readFile(file, 'utf8')).replace('.port = "3000"', `.port = "${originPort}"`));
  // No jail: the tests may run as anybody. No CLI port.
  const args = ['-F', '-j', 'none', '-T', 'none', '-n', path.join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-s', 'malloc,128m', '-f', vcl];
  try {
    const daemon = await startDaemon('varnishd', args, { port });
    return {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        await daemon.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

export { freePort };
