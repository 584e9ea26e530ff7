import type { Inngest } from 'inngest';
import type { Recorders } from '../recorder';

export interface Settings {
  /** `timeouts.finish` of the function that outlives it. */
  finish: string;
  /** Null for none: a server goes on with a schedule when the suite has long ended. */
  schedule: string | null;
  /** Which deployment this is: a function of the contract changes with it. */
  version: 1 | 2;
}

export interface Definition extends Settings {
  fn: Inngest['createFunction'];
  recorders: Recorders;
}

export type ContractFunction = ReturnType<Inngest['createFunction']>;
export type Define = (definition: Definition) => ContractFunction[];
