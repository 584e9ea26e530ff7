import type { Given } from '@/lib/generation/accept-generation';
import type { Mishap, Point } from './task';

// A history is plain data: it is drawn from a seed, played, shortened, printed and played again. Whatever a number in it
// points at (an asset, a run) is taken modulo what there is at that moment, so that a shortened history still means something.

export type Tier = 'free' | 'pro' | 'team';

/** What does not change while a history is played. */
export interface Setup {
  tier: Tier;
  overage: boolean;
  cap: number | null;
  /** Units taken before it begins: in its first month, and in the next. */
  used: [number, number];
  startMs: number;
  /** What is done by hosted models. */
  hosted: 'nothing' | 'motion' | 'all';
  /** How long their predictions take. */
  afterMs: number;
  /** Whether they call webhooks. */
  webhooks: boolean;
  /** One run of an asset at a time, or as an Inngest server does it: one step of it. */
  strict: boolean;
  /** Whether a wait also sees the events of before it. */
  lookBack: boolean;
  /** At the end, what stands still goes on, or dies; or what is under way is called off. */
  ends: 'resume' | 'crash' | 'cancel';
}

/** How it is done: in which of the two processes, and what happens on the way. */
interface How {
  proc: number;
  mishap?: Mishap;
}

export type UserCommand =
  | ({ do: 'prepare'; source: number; mode: 'loop' | 'animate-in' | 'animate-on-hover'; options: { motion?: 'kinetic'; dur_seconds?: number; seed?: number; prompt_override?: string; idem?: string } } & How)
  | ({ do: 'regenerate'; asset: number; given: Given; key?: number; stranger?: boolean } & How)
  | ({ do: 'cancel' | 'delete'; asset: number } & How)
  | ({ do: 'tier'; tier: Tier } & How)
  | ({ do: 'billing'; overage?: boolean; cap?: number | null } & How)
  | ({ do: 'brand'; word: number } & How);

/** One thing the machinery does: `pick` chooses among what there is to do. */
export interface Turn extends How {
  pick: number;
  /** Its step took effect, and the engine never heard of it. */
  forgets?: boolean;
  /** A crash counts as one of the step's tries. */
  counts?: boolean;
}

/** What the next prediction does, or what is out of order at the service, the edge, or among our own tools. */
export type Trouble =
  | { kind: 'prediction'; vision: boolean; times?: number; what: 'interrupted' | 'fails' | 'refused' | 'never ends' | 'late' | 'no webhook' | 'many webhooks' | 'late start webhook' | 'empty' | 'missing' }
  | { kind: 'call'; call: 'create' | 'get' | 'list' | 'upload' | 'cancel' | 'download'; how: 'reset' | 'lost' | 'broken' | 'hangs' | 'hangs late'; times: number }
  | { kind: 'busy'; times: number; seconds: number }
  | { kind: 'tool'; tool: 'poster' | 'frame' | 'conform' | 'merge' | 'finish' | 'describe' | 'animate' | 'purge'; how: 'transient' | 'for good' | 'unknown'; times: number };

export interface Trap {
  point: Point;
  skip: number;
  how: Mishap['how'];
}

export type Command =
  | UserCommand
  /** Several callers at the same moment, and what the machinery does in it. */
  | { do: 'race'; calls: UserCommand[]; turns: Turn[] }
  | { do: 'work'; turns: Turn[] }
  /** The machinery does all there is to do now. */
  | { do: 'settle' }
  | ({ do: 'house' } & How)
  | { do: 'pass'; ms: number; mishap?: Mishap }
  | { do: 'trouble'; trouble: Trouble }
  /** Something happens to whoever comes there next, `skip` others aside. */
  | ({ do: 'trap' } & Trap)
  /** What stands still goes on. */
  | { do: 'resume'; task: number }
  | { do: 'crash'; proc: number }
  /** The engine loses a run. */
  | { do: 'lose'; run: number };

export interface History {
  setup: Setup;
  commands: Command[];
}
