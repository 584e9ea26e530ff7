import type { Page } from '@playwright/test';
import { makeAsset, prepare, signUp, untilGeneration } from './support/account';
import { clips, duration, expectPlaying, expectTold, regenerate, shown, tag } from './support/player';
import { recordedBy, type Site, startSite } from './support/site';
import { expect, test } from './support/test';

let site: Site;
test.beforeAll(async ({ baseURL }) => void (site = await startSite(baseURL!)));
test.afterAll(() => site.close());

/** A network that breaks off what videos ask for, or what the element asks, for as long as it is told to. */
async function breakableNetwork(page: Page): Promise<{ media: boolean; checks: boolean }> {
  const broken = { media: true, checks: false };
  await page.route(/\.mp4/, (route) =>
    broken[route.request().resourceType() === 'media' ? 'media' : 'checks'] ? route.abort('connectionreset') : route.fallback());
  return broken;
}

/** A page with a clip whose loading has broken off. */
async function openBroken(page: Page): ReturnType<typeof breakableNetwork> {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request);
  const broken = await breakableNetwork(page);
  await site.open(page, tag(embedUrl));
  await expectTold(page, { type: 'error', code: 0 });
  return broken;
}

type Element = HTMLElement & { state: { status: string } | null };
const status = (page: Page) => clips(page).evaluate((element: Element) => element.state?.status);

/** Lets time pass, and waits until the element has heard the answer to what it asked then. */
async function answerAfter(page: Page, ms: number): Promise<void> {
  const before = await clips(page).evaluateHandle((element: Element) => element.state);
  await page.clock.fastForward(ms);
  await expect.poll(() => clips(page).evaluate((element: Element, state) => element.state !== state, before)).toBe(true);
}

test('a clip whose loading broke off is tried again by itself, and meanwhile the control offers no pause', async ({ page, expectErrors }) => {
  expectErrors(/ERR_CONNECTION_RESET/);
  const broken = await openBroken(page);
  await expect(clips(page).getByRole('button')).toHaveAccessibleName('Play animation: Hills');
  broken.media = false;
  await expectTold(page, { type: 'shown', generation: 1 });
  await expectPlaying(shown(page), true);
  await expect(clips(page).getByRole('button')).toHaveAccessibleName('Pause animation: Hills');
});

test('a clip whose loading broke off is tried again at once by the control', async ({ page, expectErrors }) => {
  expectErrors(/ERR_CONNECTION_RESET/);
  const broken = await openBroken(page);
  // Nobody answers: nothing is tried by itself.
  broken.checks = true;
  await expect.poll(() => status(page)).toBe('waiting');
  broken.media = false;
  await clips(page).getByRole('button', { name: 'Play animation' }).click();
  await expectPlaying(shown(page), true);
});

test('a new clip whose loading broke off leaves the old one playing, and is tried again', async ({ page, expectErrors }) => {
  expectErrors(/ERR_CONNECTION_RESET/);
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  await site.open(page, tag(asset.embedUrl, 'live'));
  await expectTold(page, { type: 'shown', generation: 1 });
  const broken = await breakableNetwork(page);
  await regenerate(page.request, asset.id, { dur_seconds: 3 });
  await expectTold(page, { type: 'error', code: 0 });
  await expectPlaying(shown(page), true);
  await expect(clips(page).getByRole('button')).toHaveAccessibleName('Pause animation: Hills');
  broken.media = false;
  await expectTold(page, { type: 'shown', generation: 2 });
  await expect.poll(() => duration(page)).toBeCloseTo(3, 1);
  expect((await recordedBy(page)).bareFrames).toBe(0);
});

test('a clip that breaks while it plays is loaded again', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 4 } });
  const whole = await (await page.request.get(embedUrl)).body();
  const damaged = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length / 2)]);
  let times = 0;
  await page.route(/\.mp4/, (route) =>
    route.request().resourceType() === 'media' && times++ === 0
      ? route.fulfill({ body: damaged, contentType: 'video/mp4', headers: { 'access-control-allow-origin': '*' } })
      : route.fallback());
  await site.open(page, tag(embedUrl));
  await expectTold(page, { type: 'shown', generation: 1 });
  await expectTold(page, { type: 'error', code: 0 });
  await expectPlaying(shown(page), true);
  await expect(clips(page).locator('video')).toHaveCount(1);
});

test('a URL that is refused while its clip is on the page leaves it there, and is asked again', async ({ page, expectErrors }) => {
  expectErrors(/403/);
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  const { projects } = (await (await page.request.get('/api/projects')).json()) as { projects: Array<{ id: string }> };
  const sign = async (enable_signing: boolean) => {
    const answer = await page.request.put(`/api/projects/${projects[0]!.id}/proxy-config`, { data: { enable_signing } });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  await page.clock.install();
  await site.open(page, tag(asset.embedUrl));
  await expectTold(page, { type: 'shown', generation: 1 });
  // From now on the URL lacks a signature.
  await sign(true);
  await page.clock.fastForward(30_000);
  await expectTold(page, { type: 'error', code: 403 });
  await expectPlaying(shown(page), true);
  expect((await recordedBy(page)).bareFrames).toBe(0);

  await sign(false);
  await regenerate(page.request, asset.id, { dur_seconds: 3 });
  await untilGeneration(page.request, asset.embedUrl, 2);
  await page.clock.fastForward(30_000);
  await expectTold(page, { type: 'shown', generation: 2 });
});

test('a first clip that failed is shown once a regenerate makes it, and asked for ever more seldom until then', async ({ page, expectErrors }) => {
  expectErrors(/502/);
  await signUp(page.request);
  // Long enough to be cancelled before it is done: a first clip that nobody finished is a failed one.
  const asset = await prepare(page.request, { width: 1280, height: 1024, data: { dur_seconds: 8 } });
  await page.clock.install();
  let asked = 0;
  page.on('request', (request) => void (request.method() === 'HEAD' && asked++));
  await site.open(page, tag(asset.embedUrl));
  await expectTold(page, { type: 'pending' });
  expect((await page.request.post(`/api/assets/${asset.id}/cancel`)).status()).toBe(200);
  await expectTold(page, { type: 'error', code: 502 });

  const before = asked;
  await answerAfter(page, 30_000);
  await page.clock.fastForward(29_000);
  await answerAfter(page, 31_000);
  expect(asked).toBe(before + 2);

  await regenerate(page.request, asset.id, { dur_seconds: 2 });
  await untilGeneration(page.request, asset.embedUrl, 2);
  await page.clock.fastForward(600_000);
  await expectTold(page, { type: 'shown', generation: 2 });
  await expectPlaying(shown(page), true);
});
