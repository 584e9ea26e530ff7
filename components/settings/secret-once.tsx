import { Button } from '../ui/button';
import { CodeBlock } from '../ui/code-block';

/** A fresh signing secret, to be copied now: it is not shown again. In the page, so that no stray key closes it. */
export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div role="group" aria-label="New signing secret" className="grid gap-3 rounded-xl border border-line-strong p-4">
      <p className="text-pretty">
        <strong className="font-semibold">Copy your signing secret now: it is shown this once.</strong> Keep it where your server keeps its secrets,
        for example as MOTIONESS_SIGNING_SECRET, and never in a page.
      </p>
      <CodeBlock title="Signing secret" code={secret} what="signing secret" />
      <div>
        <Button look="primary" onClick={onDone}>
          I have stored it
        </Button>
      </div>
    </div>
  );
}
