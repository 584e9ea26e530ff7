import type { Asset } from '../../api-types';
import { CodeBlock } from '../../ui/code-block';
import { htmlSnippet, markdownSnippet, reactSnippet, videoSnippet } from './snippets';

/** What to paste into a page. */
export function EmbedSnippets({ asset }: { asset: Asset }) {
  return (
    <section aria-label="Embed" className="grid gap-3">
      <h2 className="text-base font-semibold">Embed</h2>
      <CodeBlock title="URL" code={asset.embed_url} what="embed URL" />
      <CodeBlock title="HTML" code={htmlSnippet(asset)} what="HTML" />
      <details className="grid gap-3">
        <summary className="cursor-pointer text-sm text-muted">React, Markdown, without a script</summary>
        <div className="mt-3 grid gap-3">
          <CodeBlock title="React, Next" code={reactSnippet(asset)} what="React code" />
          <CodeBlock title="Markdown" code={markdownSnippet(asset)} what="Markdown" />
          <CodeBlock title="HTML without a script" code={videoSnippet(asset)} what="HTML without a script" />
        </div>
      </details>
    </section>
  );
}
