import type { Asset } from '../../api-types';

type Embedded = Pick<Asset, 'name' | 'embed_url' | 'poster_url' | 'mode' | 'width' | 'height'>;

/** The element's script, at the server that the embed URL names. */
const scriptUrl = (asset: Embedded) => asset.embed_url.replace(/\/v1\/.*$/s, '/embed.js');

const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
/** A string as JSX takes it in an attribute: entities stand for what would end it. */
const jsx = html;
const markdownUrl = (url: string) => url.replaceAll('(', '%28').replaceAll(')', '%29');

/** What stands in for the picture in words, until the page's author has better ones. */
const altOf = ({ name }: Embedded) => name.replace(/\.\w+$/, '').replaceAll(/[-_]+/g, ' ');
const sizeOf = ({ width, height }: Embedded, open = '"', close = open) => (width && height ? ` width=${open}${width}${close} height=${open}${height}${close}` : '');

/** The element for any page. The picture inside is there before the script, and without it. */
export const htmlSnippet = (asset: Embedded): string =>
  `<script async src="${html(scriptUrl(asset))}"></script>
<motioness-clip src="${html(asset.embed_url)}"${sizeOf(asset)}>
  <img src="${html(asset.poster_url)}" alt="${html(altOf(asset))}"${sizeOf(asset)}>
</motioness-clip>`;

/** The element in React 19 or Next. */
export const reactSnippet = (asset: Embedded): string =>
  `import Script from 'next/script'; // in plain React 19: <script async src="…" />

<Script src="${jsx(scriptUrl(asset))}" />
<motioness-clip src="${jsx(asset.embed_url)}"${sizeOf(asset, '{', '}')}>
  <img src="${jsx(asset.poster_url)}" alt="${jsx(altOf(asset))}"${sizeOf(asset, '{', '}')} />
</motioness-clip>`;

/** The picture, leading to the clip: all that Markdown which takes no HTML can hold. */
export const markdownSnippet = (asset: Embedded): string =>
  `[![${altOf(asset).replaceAll(/[[\]\\<]/g, '\\$&')}](${markdownUrl(asset.poster_url)})](${markdownUrl(asset.embed_url)})`;

/** The clip without any script. */
export function videoSnippet(asset: Embedded): string {
  const play = { loop: ' autoplay loop', 'animate-in': ' autoplay', 'animate-on-hover': ' onmouseenter="this.play()" onmouseleave="this.pause()"' }[asset.mode];
  return `<video src="${html(asset.embed_url)}"\n  poster="${html(asset.poster_url)}"\n  muted playsinline${play}${sizeOf(asset)}></video>`;
}
