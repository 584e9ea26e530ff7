'use client';
import { useState } from 'react';
import { api } from '../api-client';
import type { Project } from '../api-types';
import { useAnnounce } from '../ui/announcer';
import { Button } from '../ui/button';
import { CodeBlock } from '../ui/code-block';
import { Confirm } from '../ui/confirm';
import { RetiredKeys } from './retired-keys';
import { useKeys } from './use-keys';

/** The public key, what an embed URL looks like with it, and its rotation. */
export function ProjectKey({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const announce = useAnnounce();
  const { data: keys, mutate } = useKeys(project.id);
  const [asking, setAsking] = useState(false);
  const base = `${window.location.origin}/v1/${project.proxy_key}`;

  async function rotate() {
    await api.rotateKey(project.id, 'proxy');
    await Promise.all([onSaved(), mutate()]);
    announce('The project has a new key');
  }
  return (
    <div className="grid gap-3">
      <CodeBlock title="Key" code={project.proxy_key} what="project key" />
      <CodeBlock
        title="Embed URL of an image at https://cdn.acme.com/hero.jpg"
        code={project.enable_signing ? `${base}/${btoa('https://cdn.acme.com/hero.jpg').replace(/=+$/, '')}.mp4?exp=…&sig=…` : `${base}/cdn.acme.com/hero.jpg.mp4`}
        what="embed URL pattern"
      />
      <RetiredKeys keys={keys} which="proxy" />
      <div>
        <Button onClick={() => setAsking(true)}>Rotate key…</Button>
      </div>
      <Confirm open={asking} onOpenChange={setAsking} title="Rotate the project key?" action="Rotate key" onConfirm={rotate}>
        The project gets a new key, and every embed URL shown here changes to it. URLs with the old key work for 24 hours more; then they are
        refused. Until then replace them on every page that embeds a clip{project.enable_signing && ', and sign them again: a signature covers the key'}.
      </Confirm>
    </div>
  );
}
