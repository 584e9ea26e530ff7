import type { Command, History, Setup } from '../history';

const MOST_PLAYS = 500;
const PLAIN: Partial<Setup> = { overage: false, cap: null, used: [0, 0], hosted: 'nothing', afterMs: 0, webhooks: true, strict: true, lookBack: true, ends: 'resume' };

/** The shortest history found that still breaks the same guarantee: whatever can go, goes. */
export async function shrink(history: History, breaks: (history: History) => Promise<boolean>, untilMs: number): Promise<History> {
  let best = history;
  let plays = 0;
  const accept = async (candidate: History): Promise<boolean> => {
    if (plays >= MOST_PLAYS || performance.now() > untilMs) return false;
    plays += 1;
    if (!(await breaks(candidate))) return false;
    best = candidate;
    return true;
  };

  for (let before: History | undefined; before !== best; ) {
    before = best;
    await dropRanges(() => best.commands, (commands) => accept({ ...best, commands }));
    for (let i = best.commands.length - 1; i >= 0; i -= 1) {
      const replace = (command: Command) => accept({ ...best, commands: best.commands.with(i, command) });
      const parts = best.commands[i]!;
      if (parts.do === 'work') await dropRanges(() => (best.commands[i] as typeof parts).turns, (turns) => replace({ ...parts, turns }));
      if (parts.do === 'race') await dropRanges(() => (best.commands[i] as typeof parts).calls, (calls) => replace({ ...parts, calls }));
      if (parts.do === 'race') await dropRanges(() => (best.commands[i] as typeof parts).turns, (turns) => replace({ ...parts, turns }));
      for (const simpler of simplerThan(best.commands[i]!)) await replace(simpler);
    }
    for (const [name, value] of Object.entries(PLAIN)) {
      if (JSON.stringify(best.setup[name as keyof Setup]) !== JSON.stringify(value)) await accept({ ...best, setup: { ...best.setup, [name]: value } });
    }
  }
  return best;
}

/** Leaves out long ranges first, then ever shorter ones. */
async function dropRanges<T>(list: () => T[], accept: (shorter: T[]) => Promise<boolean>): Promise<void> {
  for (let size = list().length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < list().length; ) if (!(await accept(list().toSpliced(at, size)))) at += size;
  }
}

/** The same without one of its optional parts. */
function simplerThan(command: Command): Command[] {
  if (command.do === 'work') {
    return command.turns.flatMap((turn, i) => without(turn, ['mishap', 'forgets', 'counts']).map((plain) => ({ ...command, turns: command.turns.with(i, plain) })));
  }
  return without(command, ['mishap', 'key', 'stranger']);
}

function without<T extends object>(object: T, names: string[]): T[] {
  return names.filter((name) => name in object).map((name) => Object.fromEntries(Object.entries(object).filter(([other]) => other !== name)) as T);
}
