import type { Ground } from './database/open';
import { drain } from './drain';
import { checkFinality, liveAtService, owedClips } from './finality';
import type { Command, History } from './history';
import { Machinery } from './machinery';
import { Simulation } from './simulation';
import { Violation } from './violation';

export interface Played {
  violation: Violation | null;
  sim: Simulation;
}

/** Plays a history to its end. `told` hears of each command before it is played. */
export async function playHistory(ground: Ground, history: History, name: string, told: (command: Command | 'drain', sim: Simulation) => void = () => {}): Promise<Played> {
  const sim = await Simulation.begin(ground, history.setup, name);
  const machinery = new Machinery(sim);
  sim.world.timers.install();
  try {
    await sim.look();
    for (const command of history.commands) {
      told(command, sim);
      await play(sim, machinery, command);
    }
    if (history.setup.ends === 'cancel') await cancelAll(sim);
    const [owed, live] = [owedClips(sim), liveAtService(sim)];
    told('drain', sim);
    await drain(sim, machinery);
    checkFinality(sim, owed, live);
    return { violation: null, sim };
  } catch (error) {
    for (const proc of [0, 1]) await sim.world.crash(proc);
    if (error instanceof Violation) return { violation: error, sim };
    return { violation: new Violation('the simulation itself works', (error as Error).stack ?? String(error)), sim };
  } finally {
    sim.world.timers.uninstall();
  }
}

async function cancelAll(sim: Simulation): Promise<void> {
  for (const { status } of sim.rows.generations) {
    if (status === 'queued' || status === 'running') await sim.call([{ do: 'cancel', asset: sim.indexInFlight(), proc: 0 }]);
  }
}

async function play(sim: Simulation, machinery: Machinery, command: Command): Promise<void> {
  const { world } = sim;
  switch (command.do) {
    case 'race':
      return sim.call(command.calls, machinery.atOnce(command.turns));
    case 'work':
      for (const turn of command.turns) await machinery.turn(turn);
      return;
    case 'settle':
      return machinery.settle();
    case 'house':
      return machinery.house(command.proc, command.mishap);
    case 'pass':
      world.hookMishap = command.mishap;
      await world.pass(command.ms);
      return sim.look();
    case 'trouble':
      world.troubles.add(command.trouble);
      return sim.excuses.add(command.trouble);
    case 'trap':
      return void world.traps.push({ point: command.point, skip: command.skip, how: command.how });
    case 'resume': {
      const standing = world.parked.filter(({ wakesAt }) => wakesAt === undefined);
      if (standing.length > 0) await world.resume(standing[command.task % standing.length]!);
      return sim.look();
    }
    case 'crash':
      await world.crash(command.proc);
      return sim.look();
    case 'lose': {
      const open = world.engine.runs.filter(({ over }) => !over);
      if (open.length > 0) world.engine.lose(open[command.run % open.length]!);
      return;
    }
    case 'prepare':
    case 'regenerate':
    case 'cancel':
    case 'delete':
    case 'tier':
    case 'billing':
    case 'brand':
      return sim.call([command]);
  }
}
