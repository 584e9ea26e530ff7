// npm start: from a fresh clone to a running server. With --dev it serves the sources as they are, without a build.
import './setup/require-node.mjs';

const dev = process.argv.includes('--dev');
/** @type {any} */ (process.env).NODE_ENV = dev ? 'development' : 'production';
process.env.NEXT_TELEMETRY_DISABLED ??= '1';

const { enter } = await import('./setup/enter.mjs');
await enter({ build: !dev });
await import('../server.mjs');
