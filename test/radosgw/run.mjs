// node test/radosgw/run.mjs COMMAND …: runs a command with a fresh S3 server, named by TEST_S3_* and by S3_*. Without a
// command it prints them and keeps the server until it is interrupted.
import { endChildrenOnSignals, onInterrupt, run } from '../../scripts/setup/run.mjs';
import { startRadosgw } from './radosgw.mjs';

endChildrenOnSignals();
const { env, stop } = await startRadosgw();
onInterrupt(stop);
const all = { ...env, ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name.replace('TEST_', ''), value])) };
const [command, ...args] = process.argv.slice(2);
if (command) {
  const { code } = await run(command, args, { env: all });
  await stop();
  process.exit(code);
}
for (const [name, value] of Object.entries(all)) console.log(`export ${name}=${value}`);
setInterval(() => {}, 60_000);
