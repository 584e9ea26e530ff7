import { replicateApi } from '@/lib/generation/replicate/replicate-api';
import { replicateMotion } from '@/lib/generation/replicate/replicate-motion';
import { replicatePrompts } from '@/lib/generation/replicate/replicate-prompts';
import { visionModel } from '@/lib/generation/replicate/models';
import { replicateWebhook } from '@/lib/generation/replicate/webhook-handler';
import { makeStandIn, type StandIn } from '../replicate/stand-in';
import { type Account, makePipeline, type Pipeline } from './pipeline';
import { testMotion } from './test-providers';

export interface ReplicateWorld extends Pipeline {
  standIn: StandIn;
  owner: Account;
  /** Time goes on for everybody: predictions end, their webhooks arrive, runs go on. */
  pass(ms: number): Promise<void>;
  /** An asset's events in order, as `type stage attempt`. */
  events(assetId: string): Promise<string[]>;
  /** For the next test: another owner, nothing scripted, nothing broken. */
  afresh(): Promise<void>;
  close(): Promise<void>;
}

/** The real functions on the real engine with the real client of Replicate, against a stand-in that shares their clock. */
export async function makeReplicateWorld({ webhooks = true, tier = 'pro' as const }: { webhooks?: boolean; tier?: 'free' | 'pro' | 'team' } = {}): Promise<ReplicateWorld> {
  const pipeline = await makePipeline({ env: webhooks ? { PUBLIC_URL: 'https://motioness.test' } : {} });
  const { rt } = pipeline;
  const standIn = makeStandIn({
    clock: rt.clock,
    checkImages: false,
    deliver: (request) => replicateWebhook(request, { params: Promise.resolve({}) }),
  });
  const seeVision = () => standIn.always(visionModel.slug, { startAfterMs: 0, afterMs: 0, text: 'The light moves slowly over the scene.', webhooks: { lose: true } });
  seeVision();
  const replicate = replicateApi({
    token: standIn.token,
    baseUrl: standIn.apiUrl,
    webhookSecret: standIn.webhookSecret,
    fetch: standIn.fetch as typeof fetch,
    download: async (url) => {
      const answer = await standIn.fetch(url);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: new Uint8Array(await answer.arrayBuffer()), url };
    },
  });
  const needs = Object.assign(rt, { replicate });
  rt.motion = replicateMotion(needs, testMotion);
  rt.prompts = replicatePrompts(needs);
  const owner = await pipeline.account(tier);

  const world: ReplicateWorld = {
    ...pipeline,
    standIn,
    owner,
    async pass(ms) {
      rt.clock.advance(ms);
      await standIn.tick();
      await pipeline.settle();
    },
    async events(assetId) {
      const rows = await rt.db.assetEvent.findMany({ where: { assetId }, orderBy: { seq: 'asc' } });
      return rows.map(({ type, stage, attempt }) => [type, stage, attempt > 1 ? attempt : null].filter(Boolean).join(' '));
    },
    async afresh() {
      standIn.clearScript();
      standIn.mend();
      seeVision();
      world.owner = await pipeline.account(tier);
    },
    async close() {
      standIn.close();
      await pipeline.close();
    },
  };
  return world;
}
