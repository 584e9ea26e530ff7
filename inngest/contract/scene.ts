import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { RunLog } from './protocol-log';
import { isFinal, linesOf } from './read-run';
import type { TestRecorder } from './recorder';
import { brokenRules } from './rules';
import type { RunView, World } from './worlds/world';

const ENDED = ['Completed', 'Failed', 'Cancelled'];

export interface Ended extends RunView {
  run: RunLog;
  lines: string[];
}

/** One test's part of a world: its events carry its tag, and by that its notes and runs are found. */
export class Scene {
  readonly tag = randomUUID();
  readonly rec: TestRecorder;
  private readonly sent: { name: string; data: object }[] = [];

  constructor(readonly world: World) {
    this.rec = world.app.recorders.of({ tag: this.tag });
  }

  /** Sends `contract/<name>`; answers the id under which the executor knows the event. */
  async send(name: string, given: object = {}, id?: string): Promise<string> {
    const event = { name: `contract/${name}`, data: { tag: this.tag, ...given } };
    this.sent.push(event);
    const { ids } = await this.world.app.client.send({ ...event, ...(id ? { id } : {}) });
    return ids[0]!;
  }

  /** Sends an event, and again while what it is to bring about has not come. */
  async sendUntil(name: string, given: object, done: () => boolean): Promise<void> {
    const { resendMs } = this.world.limits;
    let againMs = 0;
    await this.until(`what contract/${name} brings about`, async () => {
      if (Date.now() >= againMs) {
        againMs = Date.now() + resendMs;
        await this.send(name, given);
      }
      return done();
    });
  }

  /** Waits for the one run of an event. */
  async ended(eventId: string): Promise<Ended> {
    const ended = async () => {
      const runs = await this.world.runsOf(eventId);
      expect(runs.length).toBeLessThanOrEqual(1);
      return runs.find(({ status }) => ENDED.includes(status));
    };
    const view = await this.until(`the run of event ${eventId}`, ended, this.world.limits.readMs);
    const run = this.world.app.log.run(view.id) ?? { runId: view.id, fnId: '', calls: [] };
    const answered = run.calls.find((call) => call.answer?.status === 200)?.answer?.body ?? null;
    // Some servers report the output as it is, some as `{data}`.
    if (view.status === 'Completed') expect([view.output, (view.output as { data?: unknown } | null)?.data]).toContainEqual(answered);
    return { ...view, output: answered, run, lines: linesOf(run) };
  }

  /** The run of another function that this test set off, when it has answered for good. */
  async other(functionId: string, nth = 0): Promise<RunLog> {
    const mine = () => this.world.app.log.tagged(this.tag).filter((run) => run.fnId.endsWith(`-${functionId}`) && run.calls.some(isFinal));
    return this.until(`run ${nth} of ${functionId}`, () => mine()[nth]);
  }

  runs(functionId: string): RunLog[] {
    return this.world.app.log.tagged(this.tag).filter((run) => run.fnId.endsWith(`-${functionId}`));
  }

  async until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, everyMs = this.world.limits.lookMs): Promise<NonNullable<T>> {
    const endMs = Date.now() + this.world.limits.endMs;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > endMs) throw new Error(`${what} did not come. ${JSON.stringify({ notes: this.rec.whats, runs: this.world.app.log.tagged(this.tag).map(linesOf) })}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** Lets something come that need not. */
  async soon(look: () => boolean): Promise<void> {
    const endMs = Date.now() + this.world.limits.settleMs;
    while (!look() && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, this.world.limits.lookMs));
  }

  /** Everything this test set off keeps to the protocol, and carries the events as they were sent. */
  conforms(): void {
    const runs = this.world.app.log.tagged(this.tag);
    expect(runs.length).toBeGreaterThan(0);
    for (const run of runs) {
      expect({ run: linesOf(run), broken: brokenRules(run, this.world.expected) }).toEqual({ run: linesOf(run), broken: [] });
      const { name, data } = run.calls[0]!.event;
      if (this.sent.some((event) => event.name === name)) expect(this.sent).toContainEqual({ name, data });
    }
  }
}

export type Act = (scene: Scene) => Promise<void>;
/** Registers a test by what it guarantees. */
export type Case = (guarantee: string, act: Act) => void;
