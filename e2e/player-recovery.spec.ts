import type { Page } from '@playwright/test';
import { makeAsset, prepare, signUp, untilGeneration } from './support/account';
import { clips, expectPlaying, expectTold, regenerate, shown, tag } from './support/player';
import { recordedBy, type Site, startSite } from './support/site';
import { expect, test } from './support/test';

let site: Site;
test.beforeAll(async ({ baseURL }) => void (site = await startSite(baseURL!)));
test.afterAll(() => site.close());

type Element = HTMLElement & { state: object | null };
/** Lets time pass, and waits until the element has heard the answer to what it asked then. */
async function answerAfter(page: Page, ms: number): Promise<void> {
  const before = await clips(page).evaluateHandle((element: Element) => element.state);
  await page.clock.fastForward(ms);
  await expect.poll(() => clips(page).evaluate((element: Element, state) => element.state !== state, before)).toBe(true);
}

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
