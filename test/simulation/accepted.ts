import type { Given } from '@/lib/generation/accept-generation';
import type { UserCommand } from './history';
import { bodyOf, identityOf, type Issued } from './issued';
import type { Asset, Generation, Model } from './model';
import { must } from './violation';

/** Tells the model of an accepted call: its generation, with its asset where it is the first, and the answer kept for repetitions. */
export function tellAccepted(model: Model, call: Issued, assetId: string, generationId: string, nowMs: number): { asset: Asset; generation: Generation } {
  must(model.refusal(nowMs) === null, 'the month’s limit', () => `accepted although ${model.refusal(nowMs)}, with ${JSON.stringify(model.quota(nowMs))} of ${model.tier}`);
  const asset = model.assets.get(assetId) ?? mint(model, call, assetId);
  const { given = {}, key } = call.command as { given?: Given; key?: number };
  const generation = model.accept(asset, generationId, call.request, given, nowMs);
  if (key !== undefined) {
    const answer = { asset_id: assetId, status: 'pending', generation_id: generation.id, generation: generation.number, quota: model.quota(nowMs) };
    model.note(`${assetId}/${key}`, bodyOf(given), answer, nowMs);
  }
  return { asset, generation };
}

function mint(model: Model, call: Issued, id: string): Asset {
  const command = call.command as Extract<UserCommand, { do: 'prepare' }>;
  must(command.do === 'prepare', 'only prepare makes an asset', () => `${id} by ${call.request}`);
  const known = model.idOf(identityOf(command));
  must(known === undefined || known === id, 'the same options give the same asset', () => `${id}, not ${known}`);
  model.noteId(identityOf(command), id);
  const { motion = 'medium', dur_seconds = 4, seed = null, prompt_override: prompt = null } = command.options;
  return model.make(id, { motion, mode: command.mode, dur_seconds, seed }, prompt);
}
