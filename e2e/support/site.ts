import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';

export interface Site {
  /** Opens a page of that site with this body and the product's script. */
  open(page: Page, body: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A site that is not the product: another host name and port, and a policy that lets in nothing but the product's
 * files: no inline style or script, no code made of text.
 */
export async function startSite(product: string): Promise<Site> {
  const policy = [
    "default-src 'none'", "require-trusted-types-for 'script'",
    ...['script-src', 'img-src', 'media-src', 'connect-src'].map((what) => `${what} ${product}`),
  ].join('; ');
  let body = '';
  const server = createServer((req, res) => {
    if (req.url !== '/') return void res.writeHead(204).end();
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    res.end(`<!doctype html><html lang="en"><title>Elsewhere</title><main><h1>Elsewhere</h1>${body}</main><script src="${product}/embed.js" async></script></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    open: async (page, content) => {
      body = content;
      await page.addInitScript(record);
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the element told, and how much the page moved about, in the page's own words. */
export interface Recorded {
  told: Array<{ type: string; generation?: number; code?: number }>;
  shift: number;
  /** Frames in which a clip that was there before was not. */
  bareFrames: number;
}

function record() {
  const recorded: Recorded = { told: [], shift: 0, bareFrames: 0 };
  Object.assign(window, { recorded });
  for (const type of ['pending', 'ready', 'shown', 'error']) {
    document.addEventListener(`motioness:${type}`, (event) => recorded.told.push({ type, ...(event as CustomEvent).detail }));
  }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) recorded.shift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const covered = new WeakSet<Element>();
  const filled = new WeakSet<Element>();
  const look = () => {
    for (const element of document.querySelectorAll('motioness-clip')) {
      const videos = [...(element.shadowRoot?.querySelectorAll('video') ?? [])];
      // One that jumps back to its start keeps its frame, though it says that it has none.
      for (const video of videos) if (video.readyState >= 2) filled.add(video);
      const covers = videos.some((video) => filled.has(video) && getComputedStyle(video).opacity === '1');
      if (covers) covered.add(element);
      else if (covered.has(element)) recorded.bareFrames++;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export const recordedBy = (page: Page): Promise<Recorded> => page.evaluate(() => (window as never as { recorded: Recorded }).recorded);
