'use client';
import type { ReactNode } from 'react';
import { CodeBlock } from '../ui/code-block';
import { WithProject } from '../projects/with-project';
import { DefaultsForm } from './defaults-form';
import { OriginsForm } from './origins-form';
import { OverageSwitch } from './overage-switch';

function Section({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-x-10 gap-y-4 border-t border-line py-8 md:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
      <div>
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="mt-1 max-w-sm text-pretty text-muted">{about}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

/** What a project's embed URLs admit and how its clips are made. */
export function SettingsView() {
  return (
    <WithProject>
      {(project, reload) => (
        <div className="mx-auto w-full max-w-4xl" key={project.id}>
          <h1 className="mb-7 text-2xl font-semibold">Settings of {project.name}</h1>
          <Section title="Project key" about="Public: it stands in every embed URL. What it may be used for is decided by the origins below.">
            <div className="grid gap-3">
              <CodeBlock title="Key" code={project.proxy_key} what="project key" />
              <CodeBlock
                title="Embed URL of an image at https://cdn.acme.com/hero.jpg"
                code={`${window.location.origin}/v1/${project.proxy_key}/cdn.acme.com/hero.jpg.mp4`}
                what="embed URL pattern"
              />
            </div>
          </Section>
          <Section title="Allowed origins" about="Where source images may come from. An origin admits its subdomains. Uploads need no entry.">
            <OriginsForm project={project} onSaved={reload} />
          </Section>
          <Section title="Defaults" about="For new assets that don’t say otherwise. Existing assets and embeds stay as they are.">
            <DefaultsForm project={project} onSaved={reload} />
          </Section>
          <Section title="Overage" about="Goes on above the plan’s monthly limit, at the plan’s price a generation.">
            <OverageSwitch project={project} onSaved={reload} />
          </Section>
        </div>
      )}
    </WithProject>
  );
}
