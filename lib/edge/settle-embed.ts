import type { Runtime } from '../runtime';
import { CARRY_MS, noteLive } from './purge-embed';
import { oldOnes, readSwitch, replaceAtEdge, type SwitchRef } from './replace-at-edge';

/**
 * Some time after a switch: purges once more whatever a look says, for a look sees one place and one spelling of the
 * URL. Should even those show the old clip again, the asset says anew since when the new one is live.
 * @throws EdgeError when the edge does not confirm
 */
export async function settleEmbed(rt: Runtime, { tag, ...ref }: SwitchRef & { tag: boolean }): Promise<void> {
  const { edge } = rt;
  const what = edge && (await readSwitch(rt, ref));
  if (!what) return;
  const signal = AbortSignal.timeout(CARRY_MS);
  const old = await oldOnes(edge, what, signal);
  if (old.length > 0) rt.log.warn({ asset_id: ref.assetId, generation_id: ref.generationId, paths: old.map(({ path }) => path) }, 'a slow answer had brought the old clip back to the edge');
  if (await replaceAtEdge(rt, edge, what, { tag, signal })) await noteLive(rt, ref, { anew: old.length > 0 });
}

/** Drops a deleted asset's entries. @throws EdgeError when the edge does not confirm */
export async function forgetEmbed({ edge }: Pick<Runtime, 'edge'>, target: { paths: string[]; tag: string }): Promise<void> {
  await edge?.purge(target, AbortSignal.timeout(CARRY_MS));
}
