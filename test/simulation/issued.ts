import type { UserCommand } from './history';
import type { Outcome, Task } from './task';

/** A call that a user made, until it is known what became of it. */
export interface Issued {
  /** Found again on what it made. */
  request: string;
  command: UserCommand;
  /** What a call on an asset named, and a prepare would name. */
  assetId: string | undefined;
  /** Whether it stood still on the way: then it may have been refused on grounds that have passed. */
  stood: boolean;
  task: Task | undefined;
}

export const outcomeOf = (issued: Issued): Outcome<unknown> | undefined => issued.task?.outcome;

/** The options that make up an asset's identity. */
export function identityOf(command: Extract<UserCommand, { do: 'prepare' }>): string {
  return JSON.stringify([command.source, command.mode, Object.entries(command.options).sort()]);
}

/** The same members in another order are the same body. */
export const bodyOf = (given: object) => JSON.stringify(Object.entries(given).sort());
