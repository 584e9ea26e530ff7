// Adds to package-lock.json the optional packages for other systems that the registry in use did not list; `npm ci`
// refuses a lock without them. Run it after changing dependencies: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
/** @type {{ packages: Record<string, any> }} */
const lock = JSON.parse(readFileSync(file, 'utf8'));

const systems = { android: 'android', darwin: 'darwin', freebsd: 'freebsd', linux: 'linux', win32: 'win32' };
const processors = { arm64: 'arm64', x64: 'x64', arm: 'arm', wasm32: 'wasm32', ia32: 'ia32' };

/** @param {string} name @param {Record<string, string>} known */
const named = (name, known) => name.split(/[-/]/).flatMap((part) => known[part] ?? []).slice(0, 1);

const added = [];
for (const [holder, its] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(its.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] || lock.packages[`${holder}/${key}`] || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const os = named(name, systems);
    const cpu = named(name, processors);
    lock.packages[key] = {
      version,
      ...(cpu.length ? { cpu } : {}),
      ...(its.dev ? { dev: true } : {}),
      ...(its.license ? { license: its.license } : {}),
      optional: true,
      ...(os.length ? { os } : {}),
      ...(its.engines ? { engines: its.engines } : {}),
    };
    added.push(`${name}@${version}`);
  }
}
const root = lock.packages[''];
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
lock.packages = { '': root, ...lock.packages };
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `added ${added.join(', ')}` : 'the lock is complete');
