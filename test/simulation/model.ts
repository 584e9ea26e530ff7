import type { Given } from '@/lib/generation/accept-generation';
import type { Tier } from './history';

// The product as one page of plain code: what a caller may rely on, without databases, processes or time that passes
// in between. `Simulation` plays the same history on both and compares.

const PLANS: Record<Tier, { limit: number; overage: boolean; model: string }> = {
  free: { limit: 5, overage: false, model: 'wan-fast' },
  pro: { limit: 100, overage: true, model: 'seedance' },
  team: { limit: 500, overage: true, model: 'p-video' },
};
const DAY_MS = 86_400_000;

export interface Values {
  motion: string;
  mode: string;
  dur_seconds: number;
  /** null: none pinned. */
  seed: number | null;
}

export interface Generation extends Pick<Values, 'motion' | 'mode' | 'dur_seconds'> {
  id: string;
  number: number;
  request: string;
  given: Given;
  model: string;
  month: string;
  overage: boolean;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** The seed it must have; null where any will do. */
  seed: number | null;
  /** The brand's version when it started: its prompt knows this one, or one of later. */
  brand: number;
}

export interface Asset {
  id: string;
  /** Of its embed URL; stands instead of the vision prompt. */
  prompt: string | null;
  values: Values;
  generations: Generation[];
  /** The one that is served. */
  current: Generation | null;
  status: 'pending' | 'ready' | 'failed';
  error: string | null;
}

export interface Quota {
  used: number;
  limit: number;
  overage: number;
  resets_at: number;
}

export type Refusal = 'quota_exceeded' | 'overage_disabled';

export const inFlight = ({ status }: Pick<Generation, 'status'>) => status === 'queued' || status === 'running';
export const monthOf = (ms: number) => new Date(ms).toISOString().slice(0, 7);

export class Model {
  brandVersion = 0;
  readonly usage = new Map<string, { used: number; charged: number; refunded: number }>();
  readonly assets = new Map<string, Asset>();
  private readonly ids = new Map<string, string>();
  private readonly answers = new Map<string, { body: string; atMs: number; answer: unknown }>();

  constructor(
    public tier: Tier,
    public overage: boolean,
    public cap: number | null,
  ) {}

  clone(): Model {
    const { brandVersion, usage, assets, ids, answers } = structuredClone({ ...this });
    return Object.assign(new Model(this.tier, this.overage, this.cap), { brandVersion, usage, assets, ids, answers });
  }

  /** Why another generation is refused now, or null. */
  refusal(nowMs: number): Refusal | null {
    const { limit, overage } = PLANS[this.tier];
    const used = this.month(nowMs).used;
    if (used < limit || (overage && this.overage && (this.cap === null || used < limit + this.cap))) return null;
    return overage && !this.overage ? 'overage_disabled' : 'quota_exceeded';
  }

  quota(nowMs: number): Quota {
    const { limit } = PLANS[this.tier];
    const { used } = this.month(nowMs);
    const at = new Date(nowMs);
    return { used, limit, overage: Math.max(0, used - limit), resets_at: Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) };
  }

  month(nowMs: number) {
    const month = monthOf(nowMs);
    let found = this.usage.get(month);
    if (!found) this.usage.set(month, (found = { used: 0, charged: 0, refunded: 0 }));
    return found;
  }

  /** The asset of a source and its options, where there ever was one. */
  idOf(identity: string): string | undefined {
    return this.ids.get(identity);
  }

  noteId(identity: string, id: string): void {
    this.ids.set(identity, id);
  }

  make(id: string, values: Values, prompt: string | null): Asset {
    const asset: Asset = { id, prompt, values, generations: [], current: null, status: 'pending', error: null };
    this.assets.set(id, asset);
    return asset;
  }

  accept(asset: Asset, id: string, request: string, given: Given, nowMs: number): Generation {
    const month = this.month(nowMs);
    month.used += 1;
    month.charged += 1;
    const { limit, model } = PLANS[this.tier];
    const { motion, mode, dur_seconds } = { ...asset.values, ...given };
    const seed = given.seed === undefined ? asset.values.seed : given.seed;
    const generation: Generation = { id, number: asset.generations.length + 1, request, given, model, month: monthOf(nowMs), overage: month.used > limit, status: 'queued', motion, mode, dur_seconds, seed, brand: 0 };
    asset.generations.push(generation);
    asset.status = 'pending';
    asset.error = null;
    return generation;
  }

  /** What was left out is the asset's value of now. @returns why it may not start, or null */
  start(asset: Asset, generation: Generation): string | null {
    if (generation.status !== 'queued') return `a ${generation.status} generation starts`;
    if (asset.generations.find(inFlight) !== generation) return 'a generation starts before an earlier one has ended';
    const { motion, mode, dur_seconds } = { ...asset.values, ...generation.given };
    Object.assign(generation, { status: 'running', motion, mode, dur_seconds, brand: this.brandVersion });
    if (generation.given.seed === undefined) generation.seed = asset.values.seed;
    return null;
  }

  succeed(asset: Asset, generation: Generation): string | null {
    if (generation.status !== 'running') return `a ${generation.status} generation succeeds`;
    generation.status = 'succeeded';
    asset.current = generation;
    const { motion, mode, dur_seconds, given } = generation;
    asset.values = { motion, mode, dur_seconds, seed: given.seed === undefined ? asset.values.seed : given.seed };
    this.settle(asset, 'ready', null);
    return null;
  }

  /** The unit goes back to the month it was taken from. */
  end(asset: Asset, generation: Generation, status: 'failed' | 'cancelled', error: string): string | null {
    if (!inFlight(generation)) return `a ${generation.status} generation ends as ${status}`;
    if (asset.generations.find(inFlight) !== generation) return `a generation ends as ${status} before an earlier one has ended`;
    generation.status = status;
    this.refund(generation);
    this.settle(asset, 'failed', error);
    return null;
  }

  remove(asset: Asset): void {
    for (const generation of asset.generations.filter(inFlight)) this.refund(generation);
    this.assets.delete(asset.id);
  }

  /** What an Idempotency-Key says to a call: an earlier answer, that it is another call's, or nothing. */
  earlier(key: string, body: string, nowMs: number): { answer: unknown } | 'mismatch' | null {
    const found = this.answers.get(key);
    if (!found || nowMs - found.atMs >= DAY_MS) return null;
    return found.body === body ? { answer: found.answer } : 'mismatch';
  }

  note(key: string, body: string, answer: unknown, nowMs: number): void {
    this.answers.set(key, { body, answer, atMs: nowMs });
  }

  private refund(generation: Generation): void {
    const month = this.usage.get(generation.month)!;
    month.used -= 1;
    month.refunded += 1;
  }

  private settle(asset: Asset, status: 'ready' | 'failed', error: string | null): void {
    const more = asset.generations.some(inFlight);
    asset.status = more ? 'pending' : status;
    asset.error = more ? null : error;
  }
}
