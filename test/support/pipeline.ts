import sharp from 'sharp';
import { startEngine } from '@/inngest/start-engine';
import { prepareAsset } from '@/lib/assets/prepare-asset';
import { signUp } from '@/lib/auth/sign-up';
import { sessionCookie } from '@/lib/auth/session-cookie';
import { carry } from '@/lib/outbox/carry';
import { relayBatch } from '@/lib/outbox/relay';
import { storeUpload } from '@/lib/uploads/store-upload';
import { makeTestRuntime, type TestRuntime } from './test-runtime';

export interface Account {
  id: string;
  email: string;
  cookie: string;
  projectId: string;
  projectKey: string;
}

export interface Pipeline {
  rt: TestRuntime;
  /** A new account with its first project. */
  account(tier?: 'free' | 'pro' | 'team'): Promise<Account>;
  /** An asset from an upload of the account's; its first generation is accepted, not run. */
  asset(owner: Account, options?: { motion?: 'subtle'; idem?: string; mode?: 'animate-in' | 'loop' }): Promise<string>;
  /** Carries out every due message and runs every runnable step, until nothing is left to do now. */
  settle(): Promise<void>;
  /** What `/api/inngest` serves where the environment names an Inngest server. */
  publicHandler: Awaited<ReturnType<typeof startEngine>>['publicHandler'];
  close(): Promise<void>;
}

let accounts = 0;

/** A test runtime with the real functions on the real embedded engine; only the picture making is replaced. */
export async function makePipeline(options: Parameters<typeof makeTestRuntime>[0] = {}): Promise<Pipeline> {
  const rt = await makeTestRuntime(options);
  const engine = await startEngine({ rt, signingKey: `signkey-prod-${'ab'.repeat(32)}`, soleOwner: !process.env.TEST_DATABASE_URL });
  rt.sendEvents = async (events) => {
    rt.sent.push(...events);
    await engine.sendEvents(events);
  };
  const picture = await sharp({ create: { width: 320, height: 256, channels: 3, background: '#3a6ea5' } }).png().toBuffer();

  return {
    rt,
    publicHandler: engine.publicHandler,
    async account(tier = 'free') {
      accounts += 1;
      const email = `user${accounts}@example.com`;
      const { user, token } = await signUp(rt, { email, password: 'correct horse', name: 'A User' });
      await rt.db.user.update({ where: { id: user.id }, data: { tier } });
      const project = await rt.db.project.findFirstOrThrow({ where: { ownerId: user.id } });
      return { id: user.id, email, cookie: `${sessionCookie(rt).name}=${token}`, projectId: project.id, projectKey: project.proxyKey };
    },
    async asset(owner, extra = {}) {
      const { url } = await storeUpload(rt, owner.id, { name: 'picture.png', bytes: picture });
      const { asset_id } = await prepareAsset(rt, owner, { project_id: owner.projectId, src: url, mode: 'animate-in', ...extra }, 'req_test');
      return asset_id;
    },
    async settle() {
      do await engine.idle();
      while ((await relayBatch(rt, carry)) > 0);
    },
    async close() {
      await engine.stop();
      await rt.close();
    },
  };
}
