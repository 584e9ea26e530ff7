import { expect, it } from 'vitest';
import { fileName } from './file-name';

it.each([
  ['hero shot.png', 'hero shot.png'], ['C:\\pictures\\hero.png', 'hero.png'], ['../../etc/passwd', 'passwd'], ['', 'image'], ['a\u0000b\u202e.png', 'ab.png'],
  ['\ud800x.png', 'x.png'], ['🏔'.repeat(200), '🏔'.repeat(120)],
])('makes %j fit to be shown and stored', (given, shown) => expect(fileName(given)).toBe(shown));
