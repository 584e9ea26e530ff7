import type { Asset } from '../../api-types';
import { CodeBlock } from '../../ui/code-block';

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function tagOf(asset: Asset) {
  const play = { loop: ' autoplay loop', 'animate-in': ' autoplay', 'animate-on-hover': ' onmouseenter="this.play()" onmouseleave="this.pause()"' }[asset.mode];
  const size = asset.width && asset.height ? `\n  width="${asset.width}" height="${asset.height}"` : '';
  const poster = asset.poster_url ? `\n  poster="${escape(asset.poster_url)}"` : '';
  return `<video\n  src="${escape(asset.embed_url)}"${poster}\n  muted playsinline${play}${size}></video>`;
}

/** What to paste into a page. */
export function EmbedSnippets({ asset }: { asset: Asset }) {
  return (
    <section aria-label="Embed" className="grid gap-3">
      <h2 className="text-base font-semibold">Embed</h2>
      <CodeBlock title="URL" code={asset.embed_url} what="embed URL" />
      <CodeBlock title="HTML" code={tagOf(asset)} what="HTML" />
    </section>
  );
}
