import { CopyButton } from './copy-button';

/** A piece of text to take along, with its copy button. Lines break anywhere, or between `words` where they can. */
export function CodeBlock({ title, code, what, words }: { title: string; code: string; what: string; words?: boolean }) {
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 py-1 pr-1 pl-3.5 text-[0.8125rem] text-muted">
        {title}
        <CopyButton text={code} what={what} />
      </figcaption>
      <pre
        tabIndex={0}
        aria-label={title}
        className={`border-t border-line px-3.5 py-3 font-mono text-xs leading-relaxed whitespace-pre-wrap ${words ? 'wrap-anywhere' : 'break-all'}`}
      >
        {code}
      </pre>
    </figure>
  );
}
