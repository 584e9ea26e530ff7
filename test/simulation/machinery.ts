import { GENERATION_LIMIT_MS } from '@/lib/generation/end-stalled';
import { keepHouse } from '@/lib/housekeeping';
import { carry } from '@/lib/outbox/carry';
import { relayBatch } from '@/lib/outbox/relay';
import type { Runtime } from '@/lib/runtime';
import type { Run, Step } from './hostile-engine';
import type { Turn } from './history';
import type { Simulation } from './simulation';
import type { Mishap, Outcome, Task } from './task';
import { must } from './violation';

const CALM: Turn = { proc: 0, pick: 0 };

/** One thing that could be done now. `likely` is its share of the throws. */
interface Action {
  likely: number;
  act(turn: Turn): Promise<void>;
}

/** What works by itself: the relay, the engine, the housekeeping. */
export class Machinery {
  constructor(private readonly sim: Simulation) {}

  /** @returns false when there was nothing to do */
  async turn(turn: Turn, actions = [...this.actions(), ...this.takeovers()]): Promise<boolean> {
    let left = turn.pick % Math.max(1, actions.reduce((sum, { likely }) => sum + likely, 0));
    const chosen = actions.find(({ likely }) => (left -= likely) < 0);
    if (!chosen) return false;
    this.sim.world.figures.add('turn of the machinery');
    await chosen.act(turn);
    await this.sim.look();
    return true;
  }

  /** Things to be done while something else happens: each a run of its own, or the relay. None of them stands still. */
  atOnce(turns: Turn[]): Array<() => Promise<void>> {
    const left = this.actions();
    return turns.flatMap((turn) => {
      const [chosen] = left.splice(turn.pick % Math.max(1, left.length), 1);
      const mishap = turn.mishap?.how === 'park' ? undefined : turn.mishap;
      return chosen ? [() => chosen.act({ ...turn, mishap })] : [];
    });
  }

  /** Does all that can be done now, nothing going wrong. */
  async settle(): Promise<void> {
    while (await this.turn(CALM, this.actions()));
  }

  async house(proc: number, mishap: Mishap | undefined): Promise<void> {
    const { outcome } = await this.spawn(proc, 'house', mishap, keepHouse);
    await this.sim.look();
    if (!outcome || outcome === 'crashed') return;
    const { rows, world } = this.sim;
    const stalled = rows.generations.find(({ status, started }) => status === 'running' && started! <= world.clock.now() - GENERATION_LIMIT_MS);
    must(stalled === undefined, 'nothing runs for longer than ten minutes', () => stalled!.id);
  }

  private actions(): Action[] {
    const { world, rows } = this.sim;
    const { engine } = world;
    const due = rows.outbox.some((message) => message.due <= world.clock.now());
    return [
      ...(due ? [{ likely: 4, act: async ({ proc, mishap }: Turn) => void (await this.spawn(proc, 'relay', mishap, (rt) => relayBatch(rt, carry))) }] : []),
      ...engine.inbox.map((data) => ({ likely: 3, act: async ({ forgets = false }: Turn) => {
        if (forgets) world.figures.add('event: delivered twice');
        engine.deliver(data, forgets);
      } })),
      ...engine.ready().map((run) => ({ likely: 6, act: (turn: Turn) => this.advance(run, turn) })),
    ];
  }

  /** The worker of a run is taken for dead, and somebody else goes on with it. */
  private takeovers(): Action[] {
    const { world } = this.sim;
    const stuck = world.engine.runs.filter((run) => !run.over && run.task?.standsStill);
    return stuck.map((run) => ({ likely: 1, act: (turn) => (world.figures.add('run: taken over'), this.advance(run, turn)) }));
  }

  private async advance(run: Run, turn: Turn): Promise<void> {
    const { world, excuses } = this.sim;
    const { engine } = world;
    const task = world.task<Step>(turn.proc, 'run', turn.mishap);
    const fence = engine.begin(run, task);
    task.whenOver = (outcome) => {
      if (turn.forgets) world.figures.add('run: step result lost');
      if (turn.counts && (outcome === 'crashed' || turn.forgets)) excuses.lostTries += 1;
      engine.end(run, fence, outcome, turn);
    };
    await task.start(() => engine.call(run, world.runtime(task)));
    await world.after(task);
  }

  private async spawn(proc: number, label: string, mishap: Mishap | undefined, work: (rt: Runtime) => Promise<unknown>): Promise<Task> {
    const task = this.sim.world.task<unknown>(proc, label, mishap);
    task.whenOver = (outcome) => mustWork(label, outcome, this.sim.world.surprises);
    await task.start(() => work(this.sim.world.runtime(task)));
    await this.sim.world.after(task);
    return task;
  }
}

function mustWork(label: string, outcome: Outcome<unknown>, surprises: string[]): void {
  if (outcome !== 'crashed' && 'error' in outcome) surprises.push(`${label}: ${String(outcome.error)}`);
}

