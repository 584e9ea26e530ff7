'use client';
import { useRef, useState } from 'react';
import { api } from '../api-client';
import type { Project } from '../api-types';
import { useAnnounce } from '../ui/announcer';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Segmented } from '../ui/segmented';
import { RetiredKeys } from './retired-keys';
import { SecretOnce } from './secret-once';
import { useKeys } from './use-keys';

type Mode = 'allowlist' | 'signed';
const modes = [
  { value: 'allowlist', name: 'Allowlist' },
  { value: 'signed', name: 'Signed URLs' },
] as const;

const questions: Record<Mode | 'rotate', { title: string; action: string; says: string }> = {
  signed: {
    title: 'Answer signed URLs only?',
    action: 'Require signatures',
    says: 'Embed URLs without a signature stop at once, posters and your own assets included. Pages that hold such URLs show nothing until you replace them by signed ones. The URLs shown here are signed from then on.',
  },
  allowlist: {
    title: 'Go back to the allowlist?',
    action: 'Use the allowlist',
    says: 'Anyone who knows the key can start clips of images from the allowed origins. Signed URLs work on where their image’s origin is on the list or the asset is your own; other ones stop at once.',
  },
  rotate: {
    title: 'Rotate the signing secret?',
    action: 'Rotate secret',
    says: 'You get a new secret, and every embed URL shown here changes. URLs signed with the old one work for 24 hours more; then they are refused, whatever their expiry. Until then change the secret wherever you sign, and replace URLs you pasted.',
  },
};

/** Who may ask for embed URLs: the mode, and the secret of signed mode. */
export function AccessMode({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const announce = useAnnounce();
  const { data: keys, mutate } = useKeys(project.id);
  const [asking, setAsking] = useState<Mode | 'rotate'>();
  const [question, setQuestion] = useState(questions.signed);
  const [secret, setSecret] = useState<string>();
  const root = useRef<HTMLDivElement>(null);
  const mode: Mode = project.enable_signing ? 'signed' : 'allowlist';

  function ask(what: Mode | 'rotate') {
    setQuestion(questions[what]);
    setAsking(what);
  }
  async function confirmed() {
    const answer =
      asking === 'rotate' ? await api.rotateKey(project.id, 'signing') : await api.saveProxyConfig(project.id, { enable_signing: asking === 'signed' });
    await Promise.all([onSaved(), mutate()]);
    setSecret(answer.signing_secret);
    announce(answer.signing_secret ? 'Saved. Your new signing secret is on the page, this once' : 'Saved');
  }
  function stored() {
    setSecret(undefined);
    // The button that had the focus is gone with the secret.
    root.current?.focus();
  }
  return (
    <div ref={root} tabIndex={-1} className="grid gap-4 outline-none">
      <Segmented label="Access" value={mode} options={modes} onChange={(next) => next !== mode && ask(next)} className="max-w-xs" />
      <p className="text-pretty text-muted">
        {mode === 'signed'
          ? 'An embed URL is answered only with a signature made by your secret. It covers the image, the parameters and an expiry.'
          : 'An embed URL is answered when its image comes from an allowed origin, is an upload of yours, or is an asset you have made.'}
      </p>
      {secret && <SecretOnce secret={secret} onDone={stored} />}
      {keys?.has_signing_secret && (
        <>
          <RetiredKeys keys={keys} which="signing" />
          <div>
            <Button onClick={() => ask('rotate')}>Rotate signing secret…</Button>
          </div>
        </>
      )}
      <Confirm open={asking !== undefined} onOpenChange={(open) => !open && setAsking(undefined)} title={question.title} action={question.action} onConfirm={confirmed}>
        {question.says}
      </Confirm>
    </div>
  );
}
