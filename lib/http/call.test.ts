import { expect, it } from 'vitest';
import { targetOf } from './call';

it.each([
  ['/v1/k/a.mp4?x=1', '/v1/k/a.mp4?x=1'],
  ['http://host/v1/k/a.mp4?x=1', '/v1/k/a.mp4?x=1'],
  ['http://host', '/'],
  ['http://host?a=/v1/k/a.mp4', '/?a=/v1/k/a.mp4'],
  ['http://host//x', '//x'],
])('%s asks for %s', (url, target) => expect(targetOf({ url })).toBe(target));
