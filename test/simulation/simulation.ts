import { judge } from './answers';
import { checkHandedOver } from './check-handed-over';
import { checkObjects, type OriginOf } from './check-objects';
import { checkPredictions } from './check-predictions';
import { compare } from './compare';
import type { Ground } from './database/open';
import { Excuses } from './excuses';
import type { Setup, UserCommand } from './history';
import { identityOf, type Issued } from './issued';
import { inFlight, Model, monthOf } from './model';
import { nextMonthOf, type People, settlePeople } from './people';
import { linearize } from './linearize';
import { reconcile } from './reconcile';
import { type Snapshot, takeSnapshot } from './snapshot';
import type { Outcome } from './task';
import { carryOut } from './user-calls';
import { must } from './violation';
import { World } from './world';

/** A history's world and its model, side by side. */
export class Simulation {
  model: Model;
  readonly excuses: Excuses;
  /** The rows as they were at the last look. */
  rows!: Snapshot;
  private readonly people: People;
  /** Calls of which it is not yet known what became of them. */
  private open: Issued[] = [];
  private calls = 0;
  private looked = -1;
  private readonly generationIds = new Set<string>();
  /** When each generation was first seen to be over, or to be gone. */
  readonly endedAt = new Map<string, number>();
  /** How many ended, by how. */
  readonly ended = new Map<string, number>();
  /** The row that noted a call of the service, by the file that the call names. */
  private readonly notes = new Map<string, string>();

  private constructor(
    readonly world: World,
    people: People,
  ) {
    const { tier, overage, cap, used, startMs } = world.setup;
    this.people = people;
    this.model = new Model(tier, overage, cap);
    this.excuses = new Excuses();
    [monthOf(startMs), nextMonthOf(startMs)].forEach((month, i) => this.model.usage.set(month, { used: used[i]!, charged: used[i]!, refunded: 0 }));
  }

  static async begin(ground: Ground, setup: Setup, name: string): Promise<Simulation> {
    const world = new World(ground, setup);
    return new Simulation(world, await settlePeople(ground, world.storage, setup, name));
  }

  /** Assets that there ever were, in the order of their making. */
  readonly assetIds: string[] = [];

  /** Makes calls, all at the same moment where there are several, or where something else goes on in it. */
  async call(commands: UserCommand[], meanwhile: Array<() => Promise<void>> = []): Promise<void> {
    const { world } = this;
    const issued = commands.map((command) => this.issue(command));
    world.deleted ||= commands.some(({ do: what }) => what === 'delete');
    const alone = commands.length === 1 && meanwhile.length === 0;
    await Promise.all([
      ...meanwhile.map((act) => act()),
      ...issued.map(async (one) => {
        const { proc, mishap } = one.command;
        one.task = await world.spawn(proc, one.command.do, !alone && mishap?.how === 'park' ? undefined : mishap, (rt) => carryOut(rt, this.people, one));
      }),
    ]);
    await this.look(alone ? [] : issued);
  }

  /** An asset with a generation in flight, as commands name it. */
  indexInFlight(): number {
    return Math.max(0, this.inOrder().findIndex((id) => this.model.assets.get(id)?.generations.some(inFlight)));
  }

  private assetAt(index: number): string | undefined {
    const ids = this.inOrder();
    return ids[index % Math.max(1, ids.length)];
  }

  /** Those that are there before those that are gone, the newest first. */
  private inOrder(): string[] {
    const gone = (id: string) => Number(!this.model.assets.has(id));
    return this.assetIds.toReversed().sort((a, b) => gone(a) - gone(b));
  }

  private issue(command: UserCommand): Issued {
    const assetId = 'asset' in command ? this.assetAt(command.asset) : command.do === 'prepare' ? this.model.idOf(identityOf(command)) : undefined;
    const issued: Issued = { request: `call-${(this.calls += 1)}`, command, assetId: assetId ?? '0'.repeat(16), stood: false, task: undefined };
    this.open.push(issued);
    return issued;
  }

  /** Looks at everything, and holds it against the model. `racers`: calls that were made at the same moment. */
  async look(racers: Issued[] = []): Promise<void> {
    const { world } = this;
    const nowMs = world.clock.now();
    const refusal = this.model.refusal(nowMs);
    if (world.writes !== this.looked) {
      this.looked = world.writes;
      await this.read(nowMs);
      if (racers.length > 0) this.model = linearize(this.model, { rows: this.rows, nowMs, racers, excuses: this.excuses }, compare);
      else reconcile({ model: this.model, excuses: this.excuses, open: this.open, nowMs }, this.rows);
      compare(this.model, this.rows);
    }
    checkHandedOver(this.rows, world.engine);
    must(world.surprises.length === 0, 'no error that the product does not expect', () => world.surprises.join('\n'));
    checkObjects(this.rows, world.storage, this.originOf, nowMs);
    checkPredictions(world.standIn.predictions(), this.originOf, world.makings);
    this.settleCalls(nowMs, refusal, racers);
  }

  private async read(nowMs: number): Promise<void> {
    const before = new Map(this.rows?.generations.map(({ id, dispatches }) => [id, dispatches]));
    this.rows = await takeSnapshot(this.world.ground, this.people.ownerId, [...this.generationIds]);
    // Handed over again: from here on it must not be lost once more by itself.
    for (const { id, dispatches } of this.rows.generations) if (dispatches > (before.get(id) ?? dispatches)) this.world.engine.lost.delete(id);
    for (const { id, asset_id } of this.rows.generations) {
      this.generationIds.add(id);
      if (!this.assetIds.includes(asset_id)) this.assetIds.push(asset_id);
    }
    for (const id of this.generationIds) {
      const row = this.rows.generations.find((one) => one.id === id);
      if ((row !== undefined && row.finished === null) || this.endedAt.has(id)) continue;
      this.endedAt.set(id, nowMs);
      const how = row ? `${row.status} ${row.error_code ?? ''}`.trim() : 'deleted on its way';
      this.ended.set(how, (this.ended.get(how) ?? 0) + 1);
    }
    for (const { id, image } of this.rows.predictions) this.notes.set(image, id);
  }

  private settleCalls(nowMs: number, refusal: string | null, racers: Issued[]): void {
    for (const issued of this.open) {
      const outcome = issued.task?.outcome;
      if (!outcome) issued.stood = true;
      else {
        this.count(issued, outcome);
        if (outcome !== 'crashed' && !racers.includes(issued)) judge({ model: this.model, nowMs, refusal, flickers: issued.stood }, issued, outcome);
      }
    }
    this.open = this.open.filter(({ task }) => task?.outcome === undefined);
  }

  private count({ command }: Issued, outcome: Outcome<unknown>): void {
    const code = outcome === 'crashed' ? 'crashed' : 'error' in outcome ? (outcome.error as { code?: string }).code : (outcome.value as { replayed?: boolean } | undefined)?.replayed ? 'replayed' : 'ok';
    this.world.figures.add(`call: ${command.do}, ${code}`);
  }

  readonly originOf: OriginOf = (predictionId) => {
    const record = this.world.standIn.predictions().find(({ id }) => id === predictionId);
    const [generationId, stage] = this.notes.get(String(record?.input.image))?.split('/') ?? [];
    return generationId && stage ? { generationId, stage } : undefined;
  };
}
