import { z } from 'zod';

export const motionLevels = ['subtle', 'medium', 'kinetic'] as const;
export const modes = ['loop', 'animate-in', 'animate-on-hover'] as const;
export const aspects = ['preserve', '1:1', '16:9', '9:16'] as const;

export type MotionLevel = (typeof motionLevels)[number];
export type Mode = (typeof modes)[number];
export type Aspect = (typeof aspects)[number];

export const MAX_SEED = 2_147_483_647;

export const motionSchema = z.enum(motionLevels);
export const modeSchema = z.enum(modes);
export const aspectSchema = z.enum(aspects);
export const durSecondsSchema = z.int().min(2).max(8);
export const seedSchema = z.int().min(0).max(MAX_SEED);
/** In an embed URL U+FFFD can't be told from bytes that are no UTF-8, which are refused there. */
const words = z.string().refine((text) => !text.includes('\uFFFD'), 'must not contain U+FFFD, which stands for a character that was lost');
export const promptSchema = words.trim().min(1).max(500);
export const idemSchema = words.min(1).max(255);

/** Their names in an embed URL. */
export const explicitNames = ['motion', 'mode', 'dur', 'prompt', 'seed', 'aspect', 'idem'] as const;

/** The parameters that stand in an embed URL and are part of the asset's identity. */
export interface ExplicitParams {
  motion?: MotionLevel;
  mode?: Mode;
  dur?: number;
  prompt?: string;
  seed?: number;
  aspect?: Aspect;
  idem?: string;
}
