import type { Command, History } from '../history';
import type { Failure } from './shard';

/** A failure as its reader needs it: what broke, the shortest way there, and how to walk it again. */
export function tellFailure(seed: string, { number, rule, text, shortest, shortestText }: Failure): string {
  return [
    `history ${number} of seed ${seed} broke: ${rule}`,
    text,
    '',
    'The shortest history found that breaks it:',
    ...tellHistory(shortest),
    `→ ${shortestText}`,
    '',
    `Again: SIM_SEED=${seed} SIM_HISTORY=${number} npx vitest run test/simulation/simulation.test.ts`,
    `The shortest: SIM_PLAY='${JSON.stringify(shortest)}' npx vitest run test/simulation/simulation.test.ts`,
  ].join('\n');
}

export const tellHistory = ({ setup, commands }: History): string[] => [`  ${JSON.stringify(setup)}`, ...commands.flatMap(tellCommand)];

export function tellCommand(command: Command): string[] {
  if (command.do === 'work') return ['  work', ...command.turns.map((turn) => `    ${JSON.stringify(turn)}`)];
  if (command.do === 'race') return ['  race', ...[...command.calls, ...command.turns].map((racer) => `    ${JSON.stringify(racer)}`)];
  const { do: what, ...rest } = command;
  return [`  ${what} ${JSON.stringify(rest)}`];
}
