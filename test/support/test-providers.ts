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

export const testMedia: Media = {
  poster: async (source) => ({ jpg: source, width: 640, height: 360, blurDataUrl: 'data:image/jpeg;base64,AA==' }),
  finish: async (mp4, { durSeconds }) => ({ mp4, width: 640, height: 360, durationMs: durSeconds * 1000 }),
};
