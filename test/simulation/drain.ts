import { inFlight } from './model';
import type { Machinery } from './machinery';
import type { Simulation } from './simulation';
import { isTerminal } from '../replicate/types';
import { must } from './violation';

const HOUSE_EVERY_MS = 60_000;
/** More than any history needs, also one in which each limit and each grace time is waited for. */
const MOST_ROUNDS = 400;

/** Lets everything come to its end, with nothing going wrong any more. */
export async function drain(sim: Simulation, machinery: Machinery): Promise<void> {
  const { world } = sim;
  world.troubles.mend();
  world.traps = [];
  if (world.setup.ends === 'crash') for (const proc of [0, 1]) await world.crash(proc);
  let housedAt = world.clock.now();
  for (let round = 0; ; round += 1) {
    must(round < MOST_ROUNDS, 'everything comes to an end', () => whatIsLeft(sim).join(', '));
    await resumeAll(sim);
    await machinery.settle();
    if (whatIsLeft(sim).length === 0) return;
    const now = world.clock.now();
    await world.pass(Math.max(1, Math.min(nextMoment(sim), housedAt + HOUSE_EVERY_MS) - now));
    await sim.look();
    if (world.clock.now() < housedAt + HOUSE_EVERY_MS) continue;
    housedAt = world.clock.now();
    // With nothing under way it would find nothing.
    if (sim.rows.generations.some(inFlight)) await machinery.house(0, undefined);
  }
}

async function resumeAll(sim: Simulation): Promise<void> {
  const standing = () => sim.world.parked.find(({ wakesAt }) => wakesAt === undefined);
  for (let task = standing(); task; task = standing()) {
    await sim.world.resume(task);
    await sim.look();
  }
}

function nextMoment({ world, rows }: Simulation): number {
  const live = world.standIn.predictions().filter(({ status }) => !isTerminal(status));
  return Math.min(
    world.engine.nextAt(),
    ...rows.outbox.map(({ due }) => due),
    ...live.map(({ endsAt }) => endsAt ?? Infinity),
    ...world.parked.map(({ wakesAt = Infinity }) => wakesAt),
  );
}

function whatIsLeft({ world, rows }: Simulation): string[] {
  const { engine } = world;
  return [
    ...rows.generations.filter(inFlight).map(({ number, asset_id }) => `generation ${number} of ${asset_id}`),
    ...rows.outbox.map(({ key }) => `message ${key}`),
    ...engine.runs.filter(({ over }) => !over).map(({ data }) => `a run of ${data.generation_id}`),
    ...engine.inbox.map((data) => `an event for ${data.generation_id}`),
    ...world.parked.map(({ label }) => `${label} stands still`),
  ];
}
