/** A URL as the page means it, without fragment; null for none. */
export function absoluteUrl(text: string): string | null {
  try {
    return text ? new URL(text, document.baseURI).href.replace(/#.*/, '') : null;
  } catch {
    return null;
  }
}

/** The poster beside a clip: the same URL with `.jpg`, parameters included. */
export const posterUrl = (clip: string): string => clip.replace(/\.mp4(?=\?|$)/, '.jpg');

/** The asset's event stream: beside the embed URL, under the same project key. Null when the URL is no embed URL. */
export function eventsUrl(clip: string, assetId: string): string | null {
  const base = /^https?:\/\/[^?#]*?\/v1\/[^/?#]+\//.exec(clip);
  return base && /^[0-9a-f]{16}$/.test(assetId) ? `${base[0]}events/${assetId}` : null;
}

/**
 * The same URL to servers and caches, another one to the browser's memory of media elements, which would go on showing
 * the clip it knows for minutes without asking. The network's cache ignores fragments and revalidates by ETag.
 */
export const ofGeneration = (url: string, generation: number): string => `${url}#generation=${generation}`;
