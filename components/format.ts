import type { Mode, Motion, Quota } from './api-types';

export const modeNames: Record<Mode, string> = { loop: 'Loop', 'animate-in': 'Animate in', 'animate-on-hover': 'On hover' };
export const motionNames: Record<Motion, string> = { subtle: 'Subtle', medium: 'Medium', kinetic: 'Kinetic' };

export function plural(count: number, one: string, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function formatBytes(bytes: number) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function formatTook(ms: number) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
/** A day of the calendar month that quotas are counted in (UTC). */
export const formatDay = (ms: number) => day.format(ms);

const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
export const formatMoment = (ms: number) => moment.format(ms);

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const formatClock = (ms: number) => clock.format(ms);

export const quotaLeft = (quota: Quota) => Math.max(0, quota.limit - quota.used);

/** What to call a source before it is an asset: the last part of its path. */
export function sourceName(srcUrl: string) {
  const last = srcUrl.split(/[?#]/)[0]!.split('/').filter(Boolean).at(-1) ?? srcUrl;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The same server's path of a served URL, so that pages play it whatever host name they were opened under. */
export function localPath(url: string) {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/v1/') ? pathname + search : url;
}
