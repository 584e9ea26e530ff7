// npm run setup: what is missing to work on the code. With --build (npm run build) the production build too.
import './setup/require-node.mjs';

const { enter } = await import('./setup/enter.mjs');
await enter({ build: process.argv.includes('--build') });
