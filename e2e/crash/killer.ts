import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from '../support/processes';
import type { Cluster } from './cluster';
import type { Dice } from './dice';

/** Kills come within this time of the moment a server listens, when a small clip is in the middle of its making. */
const LIFE_MS = 1_000;
const SOON_MS = 120;
/** Longer than a start takes. */
const START_MS = 1_300;
/** One kill in so many is followed by none until the work that it cut off goes on, so that this time can be told. */
const CALM_EVERY = 10;
const RESUME_MS = 120_000;

export interface Kill {
  atMs: number;
  servers: Server[];
  /** Generations that a killed process was at. */
  cut: string[];
  /** Whether the next kill waited until they went on. */
  calm: boolean;
  /** How long until each killed server listened again, ms; shorter than the kills of those that were killed before. */
  startedMs: number[];
}

export interface Killing {
  cluster: Cluster;
  dice: Dice;
  kills: number;
  /** The generations these processes are working on. Called when they are dead. */
  workOf(pids: number[]): Promise<string[]>;
  /** Whether something was written of a generation's progress after that time, or it has ended. */
  wentOn(generationId: string, sinceMs: number): boolean;
}

/** Kills one of the servers, or (one time in ten) all, at random moments, and starts them again at once. */
export async function keepKilling({ cluster, dice, kills, workOf, wentOn }: Killing): Promise<Kill[]> {
  const { servers, run } = cluster;
  const done: Kill[] = [];
  const alive = new Set<object>();

  /** Starts it beside us; what becomes of a start that is killed is no news. */
  function restart(server: Server, kill: Kill): void {
    const life = {};
    alive.add(life);
    lives.set(server, life);
    server.start().then(
      () => void kill.startedMs.push(Date.now() - kill.atMs),
      (error: unknown) => alive.has(life) && run.report(error),
    );
  }
  const lives = new Map<Server, object>();

  for (let number = 1; number <= kills && !run.over; number += 1) {
    const victims = servers.length > 1 && dice.oneIn(10) ? servers : [dice.pick(servers)];
    // Some die before they listen, some in their first moments, the others at any time of a clip's making.
    const kind = dice.below(10);
    if (kind > 0) await run.until('the server that is to be killed is up', () => victims.every((it) => it.up), 90_000, 5);
    await pause(dice.below(kind === 0 ? START_MS : kind < 4 ? SOON_MS : LIFE_MS));
    const kill: Kill = { atMs: Date.now(), servers: victims, cut: [], calm: number % CALM_EVERY === 0, startedMs: [] };
    const pids = victims.map((it) => it.pid ?? 0);
    for (const server of victims) alive.delete(lives.get(server) ?? {});
    await Promise.all(victims.map((server) => server.end('SIGKILL')));
    kill.cut = await workOf(pids);
    done.push(kill);
    for (const server of victims) restart(server, kill);
    if (kill.calm) await run.until('the work that a kill cut off goes on', () => kill.cut.every((id) => wentOn(id, kill.atMs)), RESUME_MS);
    run.check();
  }
  await run.until('all servers are up', () => servers.every((server) => server.up), 90_000);
  return done;
}
