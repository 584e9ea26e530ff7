import type { Asset, RegenerateBody } from '../../api-types';
import { modeNames, motionNames } from '../../format';

/** What the run leaves alone and what it replaces. */
export function KeepsAndChanges({ asset, body, next }: { asset: Asset; body: RegenerateBody; next: number }) {
  const keeps = ['Asset id and embed URL', 'Source image'];
  const changes = [asset.mp4_url ? 'Clip, poster and placeholder, together' : 'The first clip and its poster'];
  const sort = (changed: boolean, kept: string, change: string) => (changed ? changes.push(change) : keeps.push(kept));

  sort(Boolean(body.motion), `${motionNames[asset.motion]} motion`, `Motion: ${motionNames[asset.motion]} → ${motionNames[body.motion ?? asset.motion]}`);
  sort(Boolean(body.mode), `${modeNames[asset.mode]} mode`, `Mode: ${modeNames[asset.mode]} → ${modeNames[body.mode ?? asset.mode]}`);
  sort(Boolean(body.dur_seconds), `${asset.dur_seconds} s`, `Duration: ${asset.dur_seconds} s → ${body.dur_seconds} s`);
  changes.push(body.prompt_override ? 'Prompt: yours, for this run only' : 'Prompt: written anew, with the brand as it is now');
  const seed = body.seed === undefined ? asset.seed : body.seed;
  if (seed === null) changes.push('Seed: a fresh one');
  else sort(seed !== asset.seed, `Seed ${seed}`, `Seed: pinned to ${seed}`);
  changes.push(`Generation ${next}`);

  return (
    <div className="grid grid-cols-2 gap-4 text-[0.8125rem]">
      <List title="Stays" entries={keeps} />
      <List title="Changes" entries={changes} strong />
    </div>
  );
}

function List({ title, entries, strong }: { title: string; entries: string[]; strong?: boolean }) {
  return (
    <section aria-label={title}>
      <h3 className="font-medium tracking-normal">{title}</h3>
      <ul className={`mt-1 grid gap-0.5 ${strong ? '' : 'text-muted'}`}>
        {entries.map((entry) => (
          <li key={entry}>{entry}</li>
        ))}
      </ul>
    </section>
  );
}
