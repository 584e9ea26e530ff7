import { admin } from '../support/processes';
import { newAccount } from '../support/account';
import { picture } from '../support/picture';
import { type Answer, type Cluster, expectJson } from './cluster';
import type { Dice } from './dice';

export interface CrashAccount {
  id: string;
  email: string;
  cookie: string;
  projectId: string;
}

export interface CrashAsset {
  id: string;
  /** Paths, for every server has its own address. */
  embed: string;
  events: string;
  account: CrashAccount;
}

const SIDE = 256;

/** An account on the largest plan, with a project. */
export async function makeAccount(cluster: Cluster, dice: Dice): Promise<CrashAccount> {
  const data = newAccount();
  const signedUp = await cluster.insist(dice, { path: '/api/user/signup', method: 'POST', json: data });
  expectJson(signedUp, 201, 'sign up');
  const cookie = cookieOf(signedUp);
  await admin(cluster.servers[0]!.dataDir, 'set-tier', data.email, 'team');
  const { projects } = expectJson<{ projects: Array<{ id: string }> }>(await cluster.insist(dice, { path: '/api/projects', cookie }), 200, 'projects');
  const { id } = expectJson<{ id: string }>(await cluster.insist(dice, { path: '/api/user/me', cookie }), 200, 'me');
  return { id, email: data.email, cookie, projectId: projects[0]!.id };
}

const cookieOf = ({ headers }: Answer) => headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');

/** Uploads a small picture. @returns its URL */
export async function uploadPicture(cluster: Cluster, dice: Dice, account: CrashAccount, seed: number): Promise<string> {
  const body = new FormData();
  body.set('file', new File([new Uint8Array(await picture(SIDE, SIDE, seed))], 'hero.png', { type: 'image/png' }));
  const answer = await cluster.insist(dice, { path: '/api/v1/upload', method: 'POST', cookie: account.cookie, body });
  return expectJson<{ url: string }>(answer, 200, 'upload').url;
}

export const smallPicture = (seed: number) => picture(SIDE, SIDE, seed);

/** Prepares an asset of the shortest duration; its first generation is on its way when this resolves. */
export async function prepareAsset(cluster: Cluster, dice: Dice, account: CrashAccount, src: string): Promise<CrashAsset> {
  const json = { project_id: account.projectId, src, dur_seconds: 2 };
  const answer = await cluster.insist(dice, { path: '/api/v1/prepare', method: 'POST', cookie: account.cookie, json });
  const made = expectJson<{ asset_id: string; embed_url: string; events_url: string }>(answer, 200, 'prepare');
  const path = (url: string) => new URL(url).pathname + new URL(url).search;
  return { id: made.asset_id, embed: path(made.embed_url), events: path(made.events_url), account };
}
