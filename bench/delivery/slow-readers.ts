import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Origin, startOrigin } from './start-origin';

const READERS = 500;

/** Memory that so many readers cost who ask for the whole clip and stop reading at once, MiB. */
async function cost(origin: Origin): Promise<number> {
  const read = (keep: boolean) =>
    new Promise<net.Socket>((resolve, reject) => {
      const socket = net.connect(origin.port, '127.0.0.1', () => socket.write(`GET ${origin.path} HTTP/1.1\r\nHost: bench\r\n\r\n`));
      socket.once('data', () => resolve(keep ? socket.pause() : socket.destroy())).once('error', reject);
    });
  // What the first answers load stays, whoever reads.
  for (let i = 0; i < 50; i++) await read(false);
  const before = await origin.memory();
  const sockets = await Promise.all(Array.from({ length: READERS }, () => read(true)));
  await pause(1_500);
  const after = await origin.memory();
  sockets.forEach((socket) => socket.destroy());
  return after - before;
}

/** Of a clip of 2 MiB and one of 16 MiB, by us and by plain node:http that reads the file. */
export async function slowReaders(): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const way of ['fast', 'file'] as const) {
    for (const mib of [2, 16]) {
      const origin = await startOrigin(way, mib * 1024 * 1024);
      rows[`${way}, ${mib} MiB clip`] = `${(await cost(origin)).toFixed(0)} MiB for ${READERS} readers`;
      await origin.stop();
    }
  }
  return rows;
}
