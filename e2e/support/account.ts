import { randomUUID } from 'node:crypto';
import { expect, type APIRequestContext } from '@playwright/test';
import { picture } from './picture';

export interface Account {
  email: string;
  password: string;
  name: string;
}

export const newAccount = (): Account => ({ email: `${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada' });

/** Signs a new account up; its cookie stays in `request`. */
export async function signUp(request: APIRequestContext, account = newAccount()): Promise<Account> {
  const answer = await request.post('/api/user/signup', { data: account });
  expect(answer.status(), await answer.text()).toBe(201);
  return account;
}

export interface MadeAsset {
  id: string;
  embedUrl: string;
  eventsUrl: string;
}

interface Options {
  width?: number;
  height?: number;
  seed?: number;
  data?: Record<string, unknown>;
}

/** Uploads a picture and has its first clip begun. */
export async function prepare(request: APIRequestContext, { width = 320, height = 256, seed, data = { dur_seconds: 2 } }: Options = {}): Promise<MadeAsset> {
  const file = { name: 'hero.png', mimeType: 'image/png', buffer: await picture(width, height, seed) };
  const upload = await request.post('/api/v1/upload', { multipart: { file } });
  expect(upload.status(), await upload.text()).toBe(200);
  const { projects } = (await (await request.get('/api/projects')).json()) as { projects: Array<{ id: string }> };
  const { url } = (await upload.json()) as { url: string };
  const prepared = await request.post('/api/v1/prepare', { data: { project_id: projects[0]!.id, src: url, ...data } });
  expect(prepared.status(), await prepared.text()).toBe(200);
  const { asset_id: id, embed_url: embedUrl, events_url: eventsUrl } = (await prepared.json()) as Record<string, string>;
  return { id: id!, embedUrl: embedUrl!, eventsUrl: eventsUrl! };
}

/** The same, and waits for that clip. */
export async function makeAsset(request: APIRequestContext, options: Options = {}): Promise<MadeAsset> {
  const asset = await prepare(request, options);
  await untilGeneration(request, asset.embedUrl, 1);
  return asset;
}

/** Waits until the embed URL serves that generation. */
export async function untilGeneration(request: APIRequestContext, embedUrl: string, generation: number): Promise<void> {
  await expect
    .poll(async () => (await request.head(embedUrl)).headers()['x-motioness-generation'], { timeout: 60_000, intervals: [50] })
    .toBe(String(generation));
}
