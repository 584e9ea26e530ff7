// npm run admin -- set-tier EMAIL free|pro|team: what only the operator may do. Works while the server runs.
import './setup/require-node.mjs';

const { enter } = await import('./setup/enter.mjs');
await enter({ build: false });
const { tsImport } = await import('tsx/esm/api');
/** @type {typeof import('../lib/admin/run-admin')} */
const { runAdmin } = await tsImport('../lib/admin/run-admin.ts', import.meta.url);

try {
  const answer = await runAdmin(process.argv.slice(2));
  if ('error' in answer) throw new Error(answer.error);
  console.log(answer.lines.join('\n'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
