import { isApiError } from '@/lib/http/errors';
import type { Prepared } from '@/lib/assets/prepare-asset';
import type { Regenerated } from '@/lib/assets/regenerate-asset';
import { bodyOf, identityOf, type Issued } from './issued';
import { inFlight, type Model } from './model';
import type { Outcome } from './task';
import { differences, must, Violation } from './violation';

export interface Answered {
  /** As it is after the call. */
  model: Model;
  nowMs: number;
  /** What would have refused a generation when the call was decided. */
  refusal: string | null;
  /** Whether the asset may have been there or not while the call was under way. */
  flickers: boolean;
}

const TEXTS = {
  quota_exceeded: 'monthly generation limit reached',
  overage_disabled: 'overage disabled — enable in project settings or upgrade plan',
} as const;

/** Holds a call's answer against what the model says. */
export function judge(answered: Answered, issued: Issued, outcome: Exclude<Outcome<unknown>, 'crashed'>): void {
  const { command, request } = issued;
  const told = 'error' in outcome ? refusalOf(outcome.error) : 'ok';
  const wanted = wantedAnswers(answered, issued);
  must(wanted.includes(told), `${command.do} is answered right`, () => `${request} got ${told}, not ${wanted.join(' or ')}`);
  if (!('error' in outcome)) judgeValue(answered, issued, outcome.value);
}

function refusalOf(error: unknown): string {
  if (!isApiError(error)) throw new Violation('nothing a client sends makes a 5xx', error instanceof Error ? (error.stack ?? error.message) : String(error));
  const text = TEXTS[error.code as keyof typeof TEXTS];
  must(text === undefined || text === error.message, 'the contract’s words', () => error.message);
  return error.code;
}

function wantedAnswers({ model, nowMs, refusal, flickers }: Answered, { command, assetId, request }: Issued): string[] {
  const asset = model.assets.get(assetId ?? '');
  const maybe = (...answers: string[]) => (flickers ? answers : []);
  const refused = refusal === null ? [] : [refusal];
  switch (command.do) {
    case 'prepare':
      return model.assets.has(model.idOf(identityOf(command)) ?? '') ? ['ok', ...maybe('not_found')] : [...refused, ...maybe('ok', 'not_found')];
    case 'regenerate': {
      if (command.stranger) return ['not_found'];
      if (asset?.generations.some((one) => one.request === request)) return ['ok'];
      const earlier = command.key === undefined ? null : model.earlier(`${assetId}/${command.key}`, bodyOf(command.given), nowMs);
      const said = earlier === null ? refused : [earlier === 'mismatch' ? 'idempotency_mismatch' : 'ok'];
      return asset ? [...said, ...maybe('not_found')] : ['not_found', ...maybe(...said)];
    }
    case 'cancel':
      return asset ? ['ok', ...(asset.generations.some(inFlight) ? [] : ['conflict']), ...maybe('conflict', 'not_found')] : ['not_found', ...maybe('conflict', 'ok')];
    case 'delete':
      return ['ok', 'not_found'];
    case 'tier':
    case 'billing':
    case 'brand':
      return ['ok'];
  }
}

function judgeValue(answered: Answered, issued: Issued, value: unknown): void {
  const { model, flickers } = answered;
  const { command, assetId = '' } = issued;
  if (command.do === 'prepare') {
    const { asset_id: id } = value as Prepared;
    must(model.idOf(identityOf(command)) === id, 'the same options give the same asset', () => id);
  }
  if (command.do === 'cancel') {
    const { generation_id: id } = value as { generation_id: string };
    const found = model.assets.get(assetId)?.generations.find((one) => one.id === id);
    must(found?.status === 'cancelled' || flickers, 'what is said to be cancelled is', () => `${id} is ${found?.status}`);
  }
  if (command.do === 'delete') must(!model.assets.has(assetId) || flickers, 'what is said to be deleted is', () => assetId);
  if (command.do === 'regenerate') judgeRegenerated(answered, issued, value as { value: Regenerated; replayed: boolean });
}

function judgeRegenerated({ model, nowMs }: Answered, { command, assetId = '', request }: Issued, { value, replayed }: { value: Regenerated; replayed: boolean }): void {
  const { key, given } = command as Extract<typeof command, { do: 'regenerate' }>;
  const own = model.assets.get(assetId)?.generations.find((one) => one.request === request);
  must(replayed === !own, 'an answer says whether it was given before', () => `${request}: ${replayed}`);
  const earlier = key === undefined ? null : model.earlier(`${assetId}/${key}`, bodyOf(given), nowMs);
  const wanted = earlier !== null && earlier !== 'mismatch' ? earlier.answer : { asset_id: assetId, status: 'pending', generation_id: own?.id, generation: own?.number };
  const wrong = differences(wanted as object, value);
  must(wrong === '', 'a regenerate’s answer', () => wrong);
}
