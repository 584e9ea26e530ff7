import type { MotionLevel } from '../../assets/params';
import type { MotionRequest } from '../providers';

/** What a model is asked for: the pictures are URLs at the service. */
export interface Pictures {
  image: string;
  /** Where the clip shall end; only for models that can. */
  lastImage?: string;
}

export interface MotionModel {
  /** As recorded on generations (reference, section 10). */
  name: string;
  /** owner/name at Replicate. */
  slug: string;
  /** native: it can end on a given picture. crossfade: it cannot. */
  loop: 'native' | 'crossfade';
  input(request: MotionRequest, seconds: number, pictures: Pictures): Record<string, unknown>;
}

const FPS = { wan: 16, other: 24 };

/** The models by tier (spec 3), with the inputs as their schemas name them. */
export const models: Record<'free' | 'pro' | 'team', MotionModel> = {
  free: {
    name: 'wan-fast',
    slug: 'wan-video/wan-2.2-i2v-fast',
    loop: 'crossfade',
    input: (request, seconds, { image }) => ({
      prompt: motionPrompt(request),
      image,
      // It knows frames, not seconds, and takes 81 to 121 of them.
      num_frames: Math.min(121, Math.max(81, Math.round(seconds * FPS.wan) + 1)),
      frames_per_second: FPS.wan,
      resolution: '480p',
      seed: request.seed,
      go_fast: true,
    }),
  },
  pro: {
    name: 'seedance',
    slug: 'bytedance/seedance-1-lite',
    loop: 'native',
    input: (request, seconds, { image, lastImage }) => ({
      prompt: motionPrompt(request),
      image,
      ...(lastImage ? { last_frame_image: lastImage } : {}),
      duration: Math.max(2, Math.ceil(seconds)),
      resolution: '720p',
      fps: FPS.other,
      camera_fixed: false,
      seed: request.seed,
    }),
  },
  team: {
    name: 'p-video',
    slug: 'prunaai/p-video',
    loop: 'native',
    input: (request, seconds, { image, lastImage }) => ({
      prompt: motionPrompt(request),
      image,
      ...(lastImage ? { last_frame_image: lastImage } : {}),
      duration: Math.max(2, Math.ceil(seconds)),
      resolution: '720p',
      fps: FPS.other,
      save_audio: false,
      seed: request.seed,
    }),
  },
};

/** The model that looks at the picture and writes the prompt. */
export const visionModel = {
  slug: 'anthropic/claude-4-sonnet',
  input: (image: string, system: string, prompt: string) => ({ image, system_prompt: system, prompt, max_tokens: 1024, max_image_resolution: 0.5 }),
};

export const modelOfTier = (tier: string): MotionModel => models[tier as keyof typeof models] ?? models.free;
export const modelByName = (name: string): MotionModel | undefined => Object.values(models).find((model) => model.name === name);

/** Motion levels as words to the model (reference, section 9). */
const amplifiers: Record<MotionLevel, string> = {
  subtle: 'Gentle motion only: soft parallax, glints of light, slow breathing.',
  medium: 'Natural, clearly visible motion with a smooth camera.',
  kinetic: 'Bold, energetic motion: strong camera movement, particles, dramatic transformation.',
};

function motionPrompt({ prompt, motion, segment }: MotionRequest): string {
  const back = segment === 'back' ? ' The motion eases back to where it began.' : '';
  return `${prompt}\n${amplifiers[motion]}${back}`;
}
