import { type HotEmbeds, hotEmbeds } from '@/lib/delivery/hot-embeds';
import { localBus } from '@/lib/events/bus';
import type { Task } from './task';

/** One life of a server process: what is kept only in its memory ends with it. */
export class Proc {
  alive = true;
  readonly bus = localBus();
  readonly tasks = new Set<Task<any>>();

  private known: HotEmbeds | undefined;

  constructor(readonly name: string) {}

  /** Room for thousands, so made for who asks. */
  get embeds(): HotEmbeds {
    return (this.known ??= hotEmbeds());
  }

  /** From now on nothing of it commits, is written, or returns. */
  die(): void {
    this.alive = false;
    void this.bus.close();
    for (const task of this.tasks) task.release();
  }

  /** Resolves when all it was doing has come to its end. */
  async bury(): Promise<void> {
    this.die();
    for (const task of [...this.tasks]) await task.over();
  }
}
