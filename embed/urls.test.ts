import { expect, it } from 'vitest';
import { eventsUrl, ofGeneration, posterUrl } from './urls';

const clip = 'https://clips.example/v1/pk_1/cdn.acme.com/hero.png.mp4';

it.each([
  [clip, 'https://clips.example/v1/pk_1/cdn.acme.com/hero.png.jpg'],
  [`${clip}?idem=.mp4&motion=subtle`, 'https://clips.example/v1/pk_1/cdn.acme.com/hero.png.jpg?idem=.mp4&motion=subtle'],
  ['https://clips.example/v1/pk_1/cdn.acme.com/a.mp4.png.mp4', 'https://clips.example/v1/pk_1/cdn.acme.com/a.mp4.png.jpg'],
  ['https://clips.example/v1/pk_1/cdn.acme.com/a.png%3Fx=.mp4.mp4', 'https://clips.example/v1/pk_1/cdn.acme.com/a.png%3Fx=.mp4.jpg'],
])('the poster of %s', (url, poster) => expect(posterUrl(url)).toBe(poster));

it('events are beside the clip, below the same key, also of a server below a path', () => {
  expect(eventsUrl(clip, '0123456789abcdef')).toBe('https://clips.example/v1/pk_1/events/0123456789abcdef');
  expect(eventsUrl('https://acme.com/motion/v1/pk_1/uploads/usr_1/a.png.mp4?idem=/v1/x/', '0123456789abcdef')).toBe('https://acme.com/motion/v1/pk_1/events/0123456789abcdef');
  expect(eventsUrl('https://acme.com/a.mp4', '0123456789abcdef')).toBeNull();
  expect(eventsUrl(clip, '')).toBeNull();
  expect(eventsUrl(clip, '../../other')).toBeNull();
});

it('a generation is told apart by what no server sees', () => {
  expect(new URL(ofGeneration(`${clip}?a=1`, 2)).href.replace(/#.*/, '')).toBe(`${clip}?a=1`);
});
