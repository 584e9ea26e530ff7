import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { picture } from './picture';
import { type Recorded, recordedBy } from './site';

/** An element as a page has it. */
export const tag = (src: string, more = '', [width, height] = [320, 256]): string =>
  `<motioness-clip src="${src.replaceAll('&', '&amp;')}" alt="Hills" width="${width}" height="${height}" ${more}></motioness-clip>`;

export const clips = (page: Page): Locator => page.locator('motioness-clip');
/** The clip on screen; before it there is the poster alone. */
export const shown = (page: Page): Locator => page.locator('motioness-clip video.on');

export const duration = (page: Page): Promise<number> => shown(page).last().evaluate((video: HTMLVideoElement) => video.duration);

export const isPlaying = (video: Locator): Promise<boolean> => video.evaluate((it: HTMLVideoElement) => !it.paused && !it.ended);

/** Waits until the clip moves on, or stands. */
export async function expectPlaying(video: Locator, playing: boolean): Promise<void> {
  await expect.poll(() => isPlaying(video)).toBe(playing);
  if (!playing) return;
  const time = () => video.evaluate((it: HTMLVideoElement) => it.currentTime);
  const before = await time();
  await expect.poll(time).not.toBe(before);
}

/** Waits until the element has told it. */
export async function expectTold(page: Page, told: Partial<Recorded['told'][number]>): Promise<void> {
  await expect.poll(async () => (await recordedBy(page)).told).toContainEqual(expect.objectContaining(told));
}

export async function regenerate(request: APIRequestContext, assetId: string, data: Record<string, unknown> = {}): Promise<void> {
  const answer = await request.post(`/api/assets/${assetId}/regenerate`, { data });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Uploads a picture and gives the embed URL that nobody has asked for yet. */
export async function unseenUrl(request: APIRequestContext, width = 320, height = 256): Promise<string> {
  const file = { name: 'hero.png', mimeType: 'image/png', buffer: await picture(width, height) };
  const { url } = (await (await request.post('/api/v1/upload', { multipart: { file } })).json()) as { url: string };
  const { projects } = (await (await request.get('/api/projects')).json()) as { projects: Array<{ proxy_key: string }> };
  return `${url.replace('/uploads/', `/v1/${projects[0]!.proxy_key}/uploads/`)}.mp4`;
}

/** How many event streams a page holds. */
export function countStreams(page: Page): { open: number; most: number; ever: number } {
  const count = { open: 0, most: 0, ever: 0 };
  const isStream = (url: string) => /\/events\/[0-9a-f]{16}$/.test(url);
  page.on('request', (request) => {
    if (!isStream(request.url())) return;
    count.ever++;
    count.most = Math.max(count.most, ++count.open);
  });
  for (const end of ['requestfinished', 'requestfailed'] as const) page.on(end as 'requestfailed', (request) => void (isStream(request.url()) && count.open--));
  return count;
}
