import { describe, expect, it } from 'vitest';
import { htmlSnippet, markdownSnippet, reactSnippet, videoSnippet } from './snippets';

const asset = {
  name: 'lake-at_dawn.png',
  embed_url: 'https://clips.example/v1/pk_1/cdn.acme.com/lake(1).png.mp4?dur=2&idem="<x>',
  poster_url: 'https://clips.example/v1/pk_1/cdn.acme.com/lake(1).png.jpg?dur=2&idem="<x>',
  mode: 'loop' as const,
  width: 640,
  height: 360,
};
const all = { htmlSnippet, reactSnippet, markdownSnippet, videoSnippet };

describe('a snippet', () => {
  it.each([htmlSnippet, reactSnippet])('has the script of the server that serves the clip, and room for the picture', (snippet) => {
    expect(snippet(asset)).toContain('src="https://clips.example/embed.js"');
    expect(snippet(asset).match(/width=["{]640["}] height=["{]360["}]/g)).toHaveLength(2);
    expect(snippet({ ...asset, width: null, height: null })).not.toMatch(/width|null/);
  });

  it.each([htmlSnippet, reactSnippet, videoSnippet])('lets no URL end its attribute', (snippet) => {
    expect(snippet(asset)).toContain('?dur=2&amp;idem=&quot;&lt;x>');
    expect(snippet(asset)).not.toContain('<x>');
  });

  it('finds the script below a path too', () =>
    expect(htmlSnippet({ ...asset, embed_url: 'https://acme.com/motion/v1/pk_1/a.example/v1/x.png.mp4' })).toContain('"https://acme.com/motion/embed.js"'));

  it('in Markdown is the picture, leading to the clip, and ends where it should', () => {
    expect(markdownSnippet({ ...asset, name: 'a [b].png' })).toMatch(/^\[!\[a \\\[b\\\]\]\(https:[^()]*\)\]\(https:[^()]*\)$/);
  });

  it('says in words what the file’s name says', () => expect(htmlSnippet(asset)).toContain('alt="lake at dawn"'));

  it('plays as the mode wants where there is no script for it', () => {
    expect(videoSnippet(asset)).toContain('autoplay loop');
    expect(videoSnippet({ ...asset, mode: 'animate-in' })).toMatch(/autoplay (?!loop)/);
    expect(videoSnippet({ ...asset, mode: 'animate-on-hover' })).not.toContain('autoplay');
  });

  it('is never cut by a name', () => {
    for (const snippet of Object.values(all)) expect(snippet({ ...asset, name: '"><script>.png' })).not.toContain('"><script>');
  });
});
