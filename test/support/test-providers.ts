import type { Media } from '@/lib/generation/media';
import type { MotionProvider, PromptProvider } from '@/lib/generation/providers';

/** A motion provider that makes no pictures: bytes that name what was asked for. For tests of everything around it. */
export const testMotion: MotionProvider = {
  modelFor: (tier) => `test-${tier}`,
  animate: async (request) => new TextEncoder().encode(`clip ${request.segment} ${request.seed} ${request.prompt}`),
  merge: async ({ forward, back }) => ({ mp4: Buffer.concat([forward, back]), loopMode: 'native' }),
};

export const testPrompts: PromptProvider = {
  describe: async ({ brand, motion }) => `${motion} motion for ${JSON.stringify(brand)}`,
};

const named = (text: string, ...parts: Uint8Array[]) => Buffer.concat([Buffer.from(text), ...parts]);
const sized = { width: 640, height: 360 };

export const testMedia: Media = {
  poster: async (source) => ({ jpg: source, ...sized, blurDataUrl: 'data:image/jpeg;base64,AA==' }),
  frame: async (source, aspect) => named(`frame ${aspect} `, source),
  conform: async (mp4, { aspect, durSeconds, size }) => ({
    mp4: named(`conformed ${aspect} ${durSeconds ?? 'own'} `, mp4),
    ...(size ?? sized),
    durationMs: (durSeconds ?? 5) * 1000,
  }),
  lastFrame: async (mp4) => named('last frame of ', mp4),
  merge: async (forward, back, { durSeconds, kind }) => ({
    mp4: named(`${kind} loop of ${durSeconds} `, forward, back),
    ...sized,
    durationMs: durSeconds * 1000,
    seam: { difference: 1, step: 1 },
  }),
  finish: async (mp4, { durSeconds }) => ({ mp4, ...sized, durationMs: durSeconds * 1000 }),
};
