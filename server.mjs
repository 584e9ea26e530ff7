// The one process: Next, and in front of it the handlers that must be fast. Imports nothing of the product: boot runs
// inside Next's instrumentation and leaves what is needed here in a slot (docs/decisions/0001).
import http from 'node:http';
import next from 'next';

const dev = process.argv.includes('--dev');
const STOP_MS = 10_000;

/** @typedef {{ env: { PORT: number, HOST: string, PUBLIC_URL: string }, mount: (req: http.IncomingMessage, res: http.ServerResponse) => boolean, refuse: (error: Error, socket: any) => void, silenceMs: number, ready: () => Promise<string>, close: () => Promise<void> }} Booted */

/** @type {{ resolve?: (booted: Booted) => void, reject?: (error: unknown) => void }} */
const slot = {};
/** @type {Promise<Booted>} */
const booted = new Promise((resolve, reject) => Object.assign(slot, { resolve, reject }));
booted.catch(() => {});
/** @type {any} */ (globalThis)[Symbol.for('motioness.boot')] = slot;

const httpServer = http.createServer();
// Next listens for upgrades (in development its pages reload by one) and drops those it doesn't know, so `curl --http2` and
// others that offer h2c would get nothing. Without a listener Node answers them as if they had not offered.
if (!dev) httpServer.on('newListener', (event, listener) => event === 'upgrade' && setImmediate(() => httpServer.off('upgrade', listener)));
const app = next({ dev, httpServer, port: Number(process.env.PORT) || 3000, hostname: 'localhost' });

/** @param {unknown} error */
function fail(error) {
  const known = error instanceof Error && ['EnvError', 'FolderInUse'].includes(error.name);
  console.error(known ? `\n${error.message}\n` : error);
  process.exit(1);
}

/** @param {NodeJS.ErrnoException} error @param {{ PORT: number, HOST: string }} env */
function failToListen(error, { PORT, HOST }) {
  const what = error.code === 'EADDRINUSE' || error.code === 'EACCES' ? `PORT: ${PORT} is ${error.code === 'EACCES' ? 'not allowed' : 'in use'}` : `HOST: ${HOST} is no address of this machine`;
  console.error(`\nThe environment is not right:\n  ${what} (${error.code})\n`);
  process.exit(1);
}

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(1), STOP_MS).unref();
  httpServer.close();
  httpServer.closeIdleConnections();
  // Event streams and slow readers would hold the port for minutes.
  setTimeout(() => httpServer.closeAllConnections(), 1_000).unref();
  await booted.then((it) => it.close()).catch((error) => console.error(error));
  process.exit(0);
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, stop);

try {
  await app.prepare();
  const { env, mount, refuse, silenceMs, ready } = await booted;
  httpServer.timeout = silenceMs;
  httpServer.on('clientError', refuse);
  const handle = app.getRequestHandler();
  // In development instrumentation isn't run again on a reload, so the mount would stay old.
  httpServer.on('request', (req, res) => {
    if (dev || !mount(req, res)) void handle(req, res);
  });
  httpServer.on('error', (error) => failToListen(error, env));
  httpServer.listen(env.PORT, env.HOST, async () => {
    const address = /** @type {import('node:net').AddressInfo} */ (httpServer.address());
    console.log(`\n  Motioness is listening on ${env.PUBLIC_URL} (${env.HOST}:${address.port})`);
    console.log(await ready().catch((error) => `\n  The demo could not be made: ${error}\n`));
  });
} catch (error) {
  fail(error);
}
