import { LRUCache } from 'lru-cache';
import { assetChannel } from '../events/event-types';
import type { Call } from '../http/call';
import { targetOf } from '../http/call';
import { projectChannel } from '../projects/project-channel';
import type { Runtime } from '../runtime';
import { authorise } from './authorise';
import { type Embed, findEmbed } from './find-embed';
import { type EmbedRequest, parseEmbed } from './parse-embed';

/** An embed URL, understood, allowed, and looked up. */
export interface Seen {
  wanted: EmbedRequest;
  found: Embed;
  /** When what authorised it ends; null: never. */
  validUntilMs: number | null;
}

interface Slot {
  /** Something was said of the asset or the project since the look began. */
  touched: boolean;
  /** When the look began, ms. */
  at: number;
  seen: Seen | Promise<Seen>;
  stop(): void;
}

/** URLs a process remembers. */
const MAX_SLOTS = 10_000;
/** How old a look may be that nothing was said against: bounds what a lost hint costs. */
const RECHECK_MS = 1_000;

/** What a process knows of the embed URLs that are asked for. */
export interface HotEmbeds {
  /** @throws ApiError 400, 403 */
  see(rt: Runtime, call: Call): Seen | Promise<Seen>;
}

/**
 * Remembers what embed URLs stand for, so that a hot one costs no query. Only an asset with a clip and with nothing in
 * flight is remembered: the hint that a regenerate was accepted makes the process look anew at each request until the run
 * has ended, so the flip is seen by the very next one. A hint that is lost costs at most RECHECK_MS; while the bus can't
 * hear, nothing is remembered (docs/decisions/0013).
 */
export function hotEmbeds(): HotEmbeds {
  const slots = new LRUCache<string, Slot>({ max: MAX_SLOTS, dispose: (slot) => slot.stop() });

  function look(rt: Runtime, call: Call, target: string, now: number): Promise<Seen> {
    const stops: Array<() => void> = [];
    const slot: Slot = { touched: false, at: now, stop: () => stops.splice(0).forEach((stop) => stop()), seen: null as never };
    const touch = () => {
      slot.touched = true;
      if (slots.peek(target) === slot) slots.delete(target);
      else slot.stop();
    };
    const watch = (assetId: string, projectId: string) => {
      slot.stop();
      stops.push(rt.bus.subscribe(assetChannel(assetId), touch), rt.bus.subscribe(projectChannel(projectId), touch));
    };
    const looking = find(rt, call, target, watch).then(
      (seen) => {
        const { asset } = seen.found;
        slot.seen = seen;
        const overtaken = slots.peek(target) !== slot;
        if (overtaken || slot.touched || !asset?.clip || asset.status === 'pending') forget(target, slot);
        return seen;
      },
      (error: unknown) => {
        forget(target, slot);
        throw error;
      },
    );
    slot.seen = looking;
    slots.set(target, slot);
    return looking;
  }

  function forget(target: string, slot: Slot): void {
    if (slots.peek(target) === slot) slots.delete(target);
    slot.stop();
  }

  return {
    see(rt, call) {
      const target = targetOf(call);
      const now = rt.clock.now();
      // Names another asset at the same URL.
      if (call.headers.get('idempotency-key') !== null) return find(rt, call, target, () => {});
      const slot = rt.bus.hearing() ? slots.get(target) : undefined;
      if (slot && !slot.touched && now >= slot.at && now - slot.at < RECHECK_MS && now < endOf(slot.seen)) return slot.seen;
      return look(rt, call, target, now);
    },
  };
}

const endOf = (seen: Seen | Promise<Seen>): number => (seen instanceof Promise ? Infinity : (seen.validUntilMs ?? Infinity));

async function find(rt: Runtime, call: Call, target: string, watch: (assetId: string, projectId: string) => void): Promise<Seen> {
  const wanted = parseEmbed(rt, new URL(`http://host${target}`), call.headers);
  const found = await findEmbed(rt, wanted, watch);
  return { wanted, found, ...authorise(rt, found, wanted) };
}
