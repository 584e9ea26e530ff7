import { models, visionModel } from '@/lib/generation/replicate/models';
import type { Media } from '@/lib/generation/media';
import { PipelineError } from '@/lib/generation/pipeline-error';
import type { MotionProvider, PromptProvider } from '@/lib/generation/providers';
import { testMedia, testMotion, testPrompts } from '@/test/support/test-providers';
import { behaviours } from '../replicate/behaviours';
import type { StandIn } from '../replicate/stand-in';
import type { Behaviour } from '../replicate/types';
import type { Figures } from './figures';
import type { Trouble } from './history';

type Tool = Extract<Trouble, { kind: 'tool' }>;

const PREDICTIONS: Record<Extract<Trouble, { kind: 'prediction' }>['what'], Behaviour> = {
  interrupted: behaviours.interrupted(),
  fails: behaviours.fail(),
  refused: behaviours.sensitive(),
  'never ends': behaviours.slow(),
  late: { afterMs: 45_000 },
  'no webhook': { webhooks: { lose: true } },
  'many webhooks': { webhooks: { copies: 3 } },
  'late start webhook': { webhooks: { delayMs: { start: 20_000 } } },
  empty: behaviours.output('empty'),
  missing: behaviours.output('missing'),
};

type Call = Extract<Trouble, { kind: 'call' }>;

const CALLS: Record<Call['call'], [method: string, path: RegExp]> = {
  create: ['POST', /\/models\/.*\/predictions$/],
  get: ['GET', /\/predictions\/[^/]+$/],
  list: ['GET', /\/predictions$/],
  upload: ['POST', /\/files$/],
  cancel: ['POST', /\/cancel$/],
  download: ['GET', /^\/delivery\//],
};

/** What goes wrong outside of our own code. */
export class Troubles {
  private tools: Array<Tool & { left: number }> = [];
  private calls: Array<Call & { left: number }> = [];

  constructor(
    private readonly standIn: StandIn,
    private readonly figures: Figures,
  ) {
    this.see();
  }

  add(trouble: Trouble): void {
    if (trouble.kind === 'tool') this.tools.push({ ...trouble, left: trouble.times });
    else if (trouble.kind === 'busy') this.standIn.rateLimit(trouble.times, trouble.seconds);
    else if (trouble.kind === 'call') this.calls.push({ ...trouble, left: trouble.times });
    else this.standIn.script(({ model }) => (model.name === visionModel.slug) === trouble.vision, ...new Array<Behaviour>(trouble.times ?? 1).fill(PREDICTIONS[trouble.what]));
  }

  /** From now on nothing goes wrong, except for what has begun. */
  mend(): void {
    this.tools = [];
    this.calls = [];
    this.standIn.mend();
    this.standIn.clearScript();
    this.see();
  }

  /** A look at a picture takes no time unless a trouble says so; its run asks by itself. */
  private see(): void {
    this.standIn.always(visionModel.slug, { afterMs: 0, text: 'The light moves slowly.', webhooks: { lose: true } });
  }

  /** What happens to a call of the service. */
  onCall(method: string, path: string): Call['how'] | undefined {
    const found = this.calls.find(({ call, left }) => left > 0 && CALLS[call][0] === method && CALLS[call][1].test(path));
    if (!found) return undefined;
    found.left -= 1;
    this.figures.add(`trouble: ${found.call} ${found.how}`);
    return found.how;
  }

  trip(tool: Tool['tool']): void {
    const found = this.tools.find((one) => one.tool === tool && one.left > 0);
    if (!found) return;
    found.left -= 1;
    this.figures.add(`trouble: ${tool} ${found.how}`);
    if (found.how === 'unknown') throw new Error(`${tool} broke`);
    throw new PipelineError('i2v_failed', `${tool} failed`, found.how === 'transient');
  }

  media(): Media {
    return {
      ...testMedia,
      poster: async (...args) => (this.trip('poster'), testMedia.poster(...args)),
      frame: async (...args) => (this.trip('frame'), testMedia.frame(...args)),
      conform: async (...args) => (this.trip('conform'), testMedia.conform(...args)),
      merge: async (...args) => (this.trip('merge'), testMedia.merge(...args)),
      finish: async (...args) => (this.trip('finish'), testMedia.finish(...args)),
    };
  }

  prompts(): PromptProvider {
    return { describe: async (...args) => (this.trip('describe'), testPrompts.describe(...args)) };
  }

  /** Names its models as the hosted ones are named, so that a plan's model is the same for all histories. */
  motion(): MotionProvider {
    return {
      modelFor: (tier) => models[tier as keyof typeof models].name,
      animate: async (...args) => (this.trip('animate'), testMotion.animate(...args)),
      merge: async (...args) => (this.trip('merge'), testMotion.merge(...args)),
    };
  }
}
