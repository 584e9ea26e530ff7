// Bundles embed/ into public/embed.js. Run by the setup, once the packages are there.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** @param {string} outfile */
export async function bundleEmbed(outfile) {
  await build({
    entryPoints: [path.join(root, 'embed', 'index.ts')],
    outfile,
    bundle: true,
    minify: true,
    format: 'iife',
    // Private fields and everything else it is written in: Chrome and Edge 94, Firefox 93, Safari 16.
    target: 'es2022',
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleEmbed(path.join(root, 'public', 'embed.js'));
