import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { makeAsset, signUp, untilGeneration } from './support/account';
import { clips, countStreams, duration, expectPlaying, expectTold, isPlaying, regenerate, shown, tag, unseenUrl } from './support/player';
import { admin } from './support/processes';
import { recordedBy, type Site, startSite } from './support/site';
import { expect, test } from './support/test';

let site: Site;
test.beforeAll(async ({ baseURL }) => void (site = await startSite(baseURL!)));
test.afterAll(() => site.close());

/** As the snippets have it: there is a picture, and room for it, before there is a script. */
const withImage = (src: string) =>
  tag(src).replace('></', `><img src="${src.replace('.mp4', '.jpg')}" alt="Hills" width="320" height="256"></`);

test('the script is small, kept shortly, and for every page', async ({ request }) => {
  const answer = await request.get('/embed.js');
  expect(answer.headers()).toMatchObject({
    'content-type': expect.stringContaining('javascript'),
    'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'content-encoding': 'gzip',
    etag: expect.any(String),
  });
  expect((await request.get('/embed.js', { headers: { 'if-none-match': answer.headers().etag! } })).status()).toBe(304);
});

test('a first view shows the picture while the clip is made, then the clip, and the page never moves', async ({ page, expectErrors }) => {
  expectErrors(/404/); // The browser's own note of the HEAD that asks whether anybody has been here before.
  await signUp(page.request);
  const streams = countStreams(page);
  const url = await unseenUrl(page.request, 1280, 1024);
  await site.open(page, `${withImage(url)}<p>Below</p>`);
  await expectTold(page, { type: 'pending' });
  await expect.poll(() => clips(page).locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await clips(page).boundingBox()).toMatchObject({ width: 320, height: 256 });
  await expectTold(page, { type: 'shown', generation: 1 });
  await expectPlaying(shown(page), true);
  expect((await recordedBy(page)).shift).toBe(0);
  expect(streams.ever).toBe(1);
  await expect.poll(() => streams.open).toBe(0);
});

test('a regenerate takes the place of the clip, at once where that is asked for, and no frame is bare', async ({ page }) => {
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  await site.open(page, tag(asset.embedUrl, 'live'));
  await expectTold(page, { type: 'shown', generation: 1 });
  expect(await duration(page)).toBeCloseTo(2, 1);
  await regenerate(page.request, asset.id, { dur_seconds: 3 });
  await expectTold(page, { type: 'shown', generation: 2 });
  // The bytes are others, under the same URL.
  expect(await duration(page)).toBeCloseTo(3, 1);
  await expectPlaying(shown(page).last(), true);
  await expect(clips(page).locator('video')).toHaveCount(1);
  expect((await recordedBy(page)).bareFrames).toBe(0);
});

test('a clip that is not live hears of a regenerate within half a minute, without a stream', async ({ page }) => {
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  await page.clock.install();
  const streams = countStreams(page);
  await site.open(page, tag(asset.embedUrl));
  await expectTold(page, { type: 'shown', generation: 1 });
  await regenerate(page.request, asset.id, { dur_seconds: 3 });
  await untilGeneration(page.request, asset.embedUrl, 2);
  await page.clock.fastForward(30_000);
  await expectTold(page, { type: 'shown', generation: 2 });
  expect(await duration(page)).toBeCloseTo(3, 1);
  expect(streams.ever).toBe(0);
});

test('a hover clip moves while the pointer or the keyboard is on it, and goes back', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-on-hover' } });
  await site.open(page, `${tag(embedUrl)}<a href="/elsewhere">Elsewhere</a>`);
  await expectTold(page, { type: 'shown', generation: 1 });
  const time = () => shown(page).evaluate((video: HTMLVideoElement) => video.currentTime);
  expect(await isPlaying(shown(page))).toBe(false);

  await clips(page).hover();
  await expectPlaying(shown(page), true);
  await page.mouse.move(0, 0);
  await expectPlaying(shown(page), false);
  await expect.poll(time).toBe(0);

  await page.keyboard.press('Tab');
  await expectPlaying(shown(page), true);
  await page.keyboard.press('Tab');
  await expectPlaying(shown(page), false);
  await expect.poll(time).toBe(0);
});

test('a hover clip in a link moves while the link is turned to', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-on-hover' } });
  await site.open(page, `<a href="/elsewhere">Hills and more${tag(embedUrl)}</a>`);
  await expectTold(page, { type: 'shown', generation: 1 });
  await page.getByText('Hills and more').hover({ position: { x: 5, y: 5 } });
  await expectPlaying(shown(page), true);
  await page.mouse.move(790, 590);
  await expectPlaying(shown(page), false);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link')).toBeFocused();
  await expectPlaying(shown(page), true);
});

test('a hover clip in something that takes the focus but is no link moves only while it is turned to itself', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-on-hover' } });
  await site.open(page, `<div tabindex="-1"><p>Far away</p>${tag(embedUrl)}</div>`);
  await expectTold(page, { type: 'shown', generation: 1 });
  await clips(page).hover();
  await expectPlaying(shown(page), true);
  await page.getByText('Far away').hover();
  // Not at its end, but back at its start.
  await expect.poll(() => shown(page).evaluate((video: HTMLVideoElement) => video.currentTime)).toBe(0);
});

for (const [turned, turn, held, method] of [
  ['pointed at before the first answer', (page: Page) => clips(page).hover(), /\.mp4/, 'HEAD'],
  ['in focus before the first answer', (page: Page) => page.keyboard.press('Tab'), /\.mp4/, 'HEAD'],
  ['pointed at before the script', (page: Page) => clips(page).hover(), /embed\.js/, 'GET'],
] as const) {
  test(`a hover clip that was ${turned} moves when it is there`, async ({ page }) => {
    await signUp(page.request);
    const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-on-hover' } });
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      void page.route(held, (route) => {
        if (route.request().method() !== method) return route.fallback();
        answer = () => void route.fallback();
        resolve();
      });
    });
    const opened = site.open(page, `<a href="/elsewhere">${withImage(embedUrl)}</a>`);
    await asked;
    await turn(page);
    answer();
    await opened;
    await expectPlaying(shown(page), true);
  });
}

test('a clip that a regenerate makes a hover clip goes on under the pointer, and stops without it', async ({ page }) => {
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  await site.open(page, tag(asset.embedUrl, 'live'));
  await expectTold(page, { type: 'shown', generation: 1 });
  await clips(page).hover();
  await regenerate(page.request, asset.id, { dur_seconds: 8, mode: 'animate-on-hover' });
  await expectTold(page, { type: 'shown', generation: 2 });
  await expectPlaying(shown(page).last(), true);
  await page.mouse.move(790, 590);
  await expectPlaying(shown(page).last(), false);
});

test('a hover clip moves at a tap, and stops at the next', async ({ browser, page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-on-hover' } });
  const context = await browser.newContext({ hasTouch: true });
  const touched = await context.newPage();
  await site.open(touched, tag(embedUrl));
  await expectTold(touched, { type: 'shown', generation: 1 });
  await clips(touched).tap({ position: { x: 100, y: 100 } });
  await expectPlaying(shown(touched), true);
  await clips(touched).tap({ position: { x: 100, y: 100 } });
  await expectPlaying(shown(touched), false);
  await context.close();
});

test('animate-in moves once, when it comes into view, and stays at its end', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 2, mode: 'animate-in' } });
  await page.setViewportSize({ width: 800, height: 600 });
  await site.open(page, `<svg width="10" height="2000" aria-hidden="true"></svg><br>${tag(embedUrl)}`);
  await expect(clips(page)).toHaveCount(1);
  expect(await shown(page).count()).toBe(0);
  await clips(page).scrollIntoViewIfNeeded();
  await expectPlaying(shown(page), true);
  await expect.poll(() => shown(page).evaluate((video: HTMLVideoElement) => video.ended)).toBe(true);
  await expect(clips(page).getByRole('button')).toHaveAccessibleName('Play animation: Hills');
  await clips(page).getByRole('button').click();
  await expectPlaying(shown(page), true);
});

test('animate-in begins when a quarter of the viewport shows it, however tall it is and slowly it comes', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request, { data: { dur_seconds: 8, mode: 'animate-in' } });
  await page.setViewportSize({ width: 800, height: 600 });
  await site.open(page, `<svg width="10" height="2000" aria-hidden="true"></svg><br>${tag(embedUrl, '', [640, 4000])}`);
  /** Scrolls until so many px of it show, as a slow wheel does: each frame is drawn. */
  const show = (height: number) =>
    clips(page).evaluate(async (element, wanted) => {
      const seen = () => innerHeight - element.getBoundingClientRect().top;
      if (seen() < 0) scrollBy(0, -seen());
      while (seen() < wanted) {
        scrollBy(0, 40);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }
    }, height);
  await show(40);
  await expectTold(page, { type: 'shown', generation: 1 });
  expect(await isPlaying(shown(page))).toBe(false);
  await show(240);
  await expectPlaying(shown(page), true);
});

test('a clip rests out of view and in a hidden tab', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request);
  await page.setViewportSize({ width: 800, height: 600 });
  await site.open(page, `${tag(embedUrl)}<br><svg width="10" height="3000" aria-hidden="true"></svg>`);
  await expectPlaying(shown(page), true);
  await page.evaluate(() => scrollTo(0, 2000));
  await expectPlaying(shown(page), false);
  await page.evaluate(() => scrollTo(0, 0));
  await expectPlaying(shown(page), true);
  const hide = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  await expectPlaying(shown(page), false);
  await hide(false);
  await expectPlaying(shown(page), true);
});

test('who wants less motion gets the picture, also the new one, and the clip only by the control', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  const posters: number[] = [];
  page.on('response', (answer) => void (answer.url().includes('.jpg') && posters.push(answer.status())));
  await site.open(page, tag(asset.embedUrl, 'live'));
  await expectTold(page, { type: 'ready', generation: 1 });
  await regenerate(page.request, asset.id);
  await expectTold(page, { type: 'ready', generation: 2 });
  await expect.poll(() => posters).toHaveLength(2);
  await expect(clips(page).locator('canvas')).toBeVisible();
  expect(await clips(page).locator('video').count()).toBe(0);
  await clips(page).getByRole('button', { name: 'Play animation' }).click();
  await expectPlaying(shown(page), true);
  await clips(page).getByRole('button', { name: 'Pause animation' }).click();
  await expectPlaying(shown(page), false);
});

test('the control is there for keyboards and screen readers, and no link around it gets in its way', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request);
  await site.open(page, `<p>${tag(embedUrl)}</p><a href="/away">${tag(`${embedUrl}&another`)}</a>`);
  const [free, linked] = [clips(page).nth(0), clips(page).nth(1)];
  await expectPlaying(free.locator('video.on'), true);
  const control = free.getByRole('button', { name: 'Pause animation: Hills' });
  const { width, height } = (await control.boundingBox())!;
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expectPlaying(free.locator('video.on'), false);
  await expect(free.getByRole('button')).toHaveAccessibleName('Play animation: Hills');
  await page.keyboard.press('Space');
  await expectPlaying(free.locator('video.on'), true);

  const address = page.url();
  await linked.getByRole('button').click();
  await expectPlaying(linked.locator('video.on'), false);
  expect(page.url()).toBe(address);
  expect((await new AxeBuilder({ page }).analyze()).violations.filter(({ id }) => id !== 'nested-interactive')).toEqual([]);
});

test('ten in the making take two streams, leave the page its connections, and are all shown', async ({ page, baseURL, expectErrors }) => {
  expectErrors(/404/);
  const { email } = await signUp(page.request);
  await admin(process.env.E2E_DATA_DIR!, 'set-tier', email, 'pro');
  const url = await unseenUrl(page.request);
  const streams = countStreams(page);
  await page.setViewportSize({ width: 1400, height: 1400 });
  await site.open(page, Array.from({ length: 10 }, (_, index) => tag(`${url}?idem=${index}&dur=2`)).join(''));
  await expect.poll(() => streams.open).toBe(2);
  const took = await page.evaluate(async (address) => {
    const began = performance.now();
    await (await fetch(address, { cache: 'no-store' })).text();
    return performance.now() - began;
  }, `${baseURL}/embed.js`);
  expect(took).toBeLessThan(5_000);
  await expect(shown(page)).toHaveCount(10, { timeout: 60_000 });
  expect(streams.most).toBe(2);
  await expect.poll(() => streams.open).toBe(0);
});

test('elements of one URL share a stream, and the last to go closes it and lets the clip go', async ({ page }) => {
  await signUp(page.request);
  const asset = await makeAsset(page.request);
  const streams = countStreams(page);
  const heads: string[] = [];
  page.on('request', (request) => void (request.method() === 'HEAD' && heads.push(request.url())));
  await site.open(page, tag(asset.embedUrl).repeat(2));
  await expect(shown(page)).toHaveCount(2);
  expect(heads).toHaveLength(1);
  // As React sets it, which takes a property where there is one.
  await clips(page).evaluateAll((elements) => elements.forEach((element) => Object.assign(element, { live: true })));
  await expect.poll(() => streams).toMatchObject({ open: 1, ever: 1 });
  const kept = await page.evaluateHandle(() => document.querySelector('motioness-clip')!.shadowRoot!.querySelector('video')!);
  await clips(page).first().evaluate((element) => element.remove());
  await expectPlaying(shown(page), true);
  expect(streams.open).toBe(1);
  expect(await kept.evaluate((video) => [video.paused, video.hasAttribute('src')])).toEqual([true, false]);
  await clips(page).evaluate((element) => element.remove());
  await expect.poll(() => streams.open).toBe(0);
  expect(streams.ever).toBe(1);
});

test('elements that come and go leave nothing behind', async ({ page }) => {
  await signUp(page.request);
  const { embedUrl } = await makeAsset(page.request);
  const streams = countStreams(page);
  await site.open(page, '<div id="stage"></div>');
  await page.waitForFunction(() => customElements.get('motioness-clip'));
  const cdp = await page.context().newCDPSession(page);
  const comeAndGo = async (times: number) => {
    for (let time = 0; time < times; time++) {
      await page.evaluate((src) => {
        const element = document.createElement('motioness-clip');
        for (const [name, value] of Object.entries({ src, live: '', width: '320', height: '256' })) element.setAttribute(name, value);
        document.querySelector('#stage')!.append(element);
      }, embedUrl);
      await expect(shown(page)).toHaveCount(1);
      await page.evaluate(() => document.querySelector('motioness-clip')!.remove());
    }
  };
  const counts = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return cdp.send('Memory.getDOMCounters');
  };
  await comeAndGo(3);
  const before = await counts();
  await comeAndGo(12);
  await expect.poll(async () => (await counts()).jsEventListeners - before.jsEventListeners).toBeLessThanOrEqual(0);
  // One element and its shadow are nine nodes.
  expect((await counts()).nodes - before.nodes).toBeLessThan(9);
  await expect.poll(() => streams.open).toBe(0);
});

test('another src is another clip; one that cannot be had leaves the picture', async ({ page, expectErrors }) => {
  expectErrors(/403|ERR_FAILED/);
  await signUp(page.request);
  const [one, two] = [await makeAsset(page.request), await makeAsset(page.request, { seed: 2, data: { dur_seconds: 3 } })];
  await site.open(page, withImage(one.embedUrl));
  await expectTold(page, { type: 'shown', generation: 1 });
  await expect(clips(page).locator('img')).toHaveCount(1);
  await clips(page).evaluate((element, src) => element.setAttribute('src', src), two.embedUrl);
  await expect(shown(page)).toHaveCount(1);
  await expect.poll(() => duration(page)).toBeCloseTo(3, 1);

  await page.route(/broken$/, (route) => (route.request().resourceType() === 'media' ? route.abort() : route.fallback()));
  await clips(page).evaluate((element, src) => element.setAttribute('src', src), `${one.embedUrl}&broken`);
  await expectTold(page, { type: 'error', code: 0 });
  await expect(clips(page).locator('video')).toHaveCount(0);
  await expect(clips(page).locator('img')).toBeVisible();

  await clips(page).evaluate((element, src) => element.setAttribute('src', src), one.embedUrl.replace(/v1\/[^/]+/, 'v1/pk_nobody'));
  await expectTold(page, { type: 'error', code: 403 });
});
