import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bundleEmbed } from '../scripts/setup/bundle-embed.mjs';

it('the script that pages load is under 5 kB gzipped, in one file, and makes no code of text', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'embed-'));
  try {
    const file = path.join(folder, 'embed.js');
    await bundleEmbed(file);
    const code = await readFile(file, 'utf8');
    expect(gzipSync(code).length).toBeLessThan(5_000);
    expect(code).toContain('motioness-clip');
    expect(code).not.toMatch(/\beval\(|new Function|innerHTML|import\(|sourceMappingURL/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
