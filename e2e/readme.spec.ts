import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { findOnPath } from './support/processes';
import { newAccount } from './support/account';
import { picture } from './support/picture';

/** The first ```bash block below a heading of the README. */
async function block(heading: string): Promise<string> {
  const text = await readFile('README.md', 'utf8');
  const found = new RegExp(`^## ${heading}$[\\s\\S]*?^\`\`\`bash\\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1];
  if (!found) throw new Error(`the README has no commands below "${heading}"`);
  return found;
}

test('the README’s curl lines do what it says', async ({ baseURL }) => {
  test.skip(!findOnPath('bash') || !findOnPath('curl'), 'needs bash and curl');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-readme-'));
  await writeFile(path.join(folder, 'hero.png'), await picture());
  const script = (await block('The API')).replaceAll('http://localhost:3000', baseURL!).replaceAll('you@example.com', newAccount().email);

  const shell = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder, detached: true });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  try {
    // The last line watches for as long as it is let.
    await expect.poll(() => output, { timeout: 60_000, intervals: [100] }).toMatch(/event: ready\ndata: .*"generation":2/);
    expect(output).toMatch(/"status":"pending".*"generation":2/);
  } finally {
    process.kill(-shell.pid!, 'SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
});
