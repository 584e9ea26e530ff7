import type { Trouble } from './history';
import type { GenerationRow } from './snapshot';

const MINUTE = 60_000;
const TOOLS = ['i2v_failed', 'source_unfetchable', 'vision_timeout', 'merge_failed', 'r2_write_failed'];

/** Why a generation may have failed. Where nothing went wrong, none may. */
export class Excuses {
  private readonly codes = new Set<string>();
  /** Workers that were not heard of again, and used up a try each. */
  lostTries = 0;

  add(trouble: Trouble): void {
    if (trouble.kind === 'tool') for (const code of TOOLS) this.codes.add(code);
    else if (trouble.kind === 'prediction') this.predict(trouble);
    else for (const code of ['i2v_failed', 'vision_timeout']) this.codes.add(code);
  }

  private predict({ vision, what }: Extract<Trouble, { kind: 'prediction' }>): void {
    if (what === 'no webhook' || what === 'many webhooks' || what === 'late start webhook') return;
    for (const code of vision ? ['vision_timeout', 'vision_blocked'] : ['i2v_failed']) this.codes.add(code);
  }

  allows({ error_code: code, error_msg: text, started, finished }: GenerationRow): boolean {
    const lasted = finished! - (started ?? finished!);
    if (this.codes.has(code!)) return true;
    // A stage's own limit; a process that is stopped in its middle is over it when it goes on.
    const limit = /^not done within (\d+) s$/.exec(text ?? '');
    if (limit) return lasted >= Number(limit[1]) * 1000;
    // The service keeps what a prediction made for an hour.
    if (text === 'the model gave no file' || text === 'the vision model said nothing') return lasted >= 60 * MINUTE;
    if (code === 'pipeline_stalled') return text === 'the pipeline failed unexpectedly' ? this.lostTries >= 3 : lasted >= 10 * MINUTE;
    return false;
  }

  /** Whether something was said to go wrong at all. */
  get any(): boolean {
    return this.codes.size > 0 || this.lostTries >= 3;
  }
}
