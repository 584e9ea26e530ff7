/**
 * The contract's functions, written against the public SDK only, so that any Inngest server runs them as well. Times
 * come from the event; without, they are as long as the engine's own tests on a fake clock want them.
 */
import type { Inngest } from 'inngest';
import type { Recorders } from '../recorder';
import type { ContractFunction, Settings } from './define';
import { events } from './events';
import { failures } from './failures';
import { flow } from './flow';
import { parallel } from './parallel';
import { steps } from './steps';

export type { ContractFunction, Settings } from './define';

export function contractFunctions(client: Inngest, recorders: Recorders, settings: Partial<Settings> = {}): ContractFunction[] {
  const definition = { fn: client.createFunction.bind(client), recorders, finish: '5m', schedule: 'TZ=UTC 0 3 * * *', version: 1 as const, ...settings };
  return [steps, failures, events, parallel, flow].flatMap((define) => define(definition));
}
