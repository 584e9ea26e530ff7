'use client';
import { WithProject } from '../projects/with-project';
import { AccessMode } from './access-mode';
import { DefaultsForm } from './defaults-form';
import { OriginsForm } from './origins-form';
import { OverageSwitch } from './overage-switch';
import { ProjectKey } from './project-key';
import { Section } from './section';

/** What a project's embed URLs admit and how its clips are made. */
export function SettingsView() {
  return (
    <WithProject>
      {(project, reload) => (
        <div className="mx-auto w-full max-w-4xl" key={project.id}>
          <h1 className="mb-7 text-2xl font-semibold">Settings of {project.name}</h1>
          <Section title="Project key" about="Public: it stands in every embed URL. What it may be used for is decided below.">
            <ProjectKey project={project} onSaved={reload} />
          </Section>
          <Section title="Access" about="Who may ask for embed URLs, so that no stranger spends your generations.">
            <AccessMode project={project} onSaved={reload} />
          </Section>
          <Section title="Allowed origins" about={
              project.enable_signing
                ? 'Not asked while URLs must be signed; they count again with the allowlist.'
                : 'Where source images may come from. An origin admits its subdomains. Uploads need no entry.'
            }>
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
