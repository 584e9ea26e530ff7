import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { signEmbed } from './sign-embed';

const doc = readFileSync('docs/signed-urls.md', 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(doc)![1]!;
const vectors = JSON.parse(block('json')) as Array<{ src: string; ext: 'mp4' | 'jpg'; params: object; path: string }>;
const shared = { key: 'pk_0123456789abcdef01234567', secret: `mss_${'0123456789abcdef'.repeat(4)}`, exp: 1_893_456_000 };

const folder = mkdtempSync(path.join(os.tmpdir(), 'recipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Language to its command, and what calls the recipe with the JSON of the first argument. */
const recipes: Array<[language: string, command: string, file: string, before: string, call: string]> = [
  ['js', process.execPath, 'recipe.mjs', '', 'process.stdout.write(embedPath(JSON.parse(process.argv[2])))'],
  ['python', 'python3', 'recipe.py', '', 'import json, sys\nsys.stdout.write(embed_path(**json.loads(sys.argv[1])))'],
  ['php', 'php', 'recipe.php', '<?php\n', '$v = json_decode($argv[1], true);\necho embed_path($v["key"], $v["secret"], $v["src"], $v["exp"], $v["ext"], $v["params"]);'],
  ['ruby', 'ruby', 'recipe.rb', '# encoding: utf-8\n', 'require "json"\nprint embed_path(**JSON.parse(ARGV[0], symbolize_names: true))'],
];

const isHere = (command: string) => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('the test vectors', () => {
  it.each(vectors)('$src $ext are what the server signs', ({ src, ext, params, path: signed }) => {
    expect(signEmbed({ ...shared, src, ext, params })).toBe(signed);
  });

  for (const [language, command, file, before, call] of recipes) {
    it.skipIf(!isHere(command))(`are what the ${language} recipe makes`, () => {
      const at = path.join(folder, file);
      writeFileSync(at, `${before}${block(language)}\n${call}\n`);
      for (const { src, ext, params, path: signed } of vectors) {
        const made = execFileSync(command, [at, JSON.stringify({ ...shared, src, ext, params })], { encoding: 'utf8', env: { ...process.env, LANG: 'C.UTF-8' } });
        expect(made).toBe(signed);
      }
    });
  }
});
