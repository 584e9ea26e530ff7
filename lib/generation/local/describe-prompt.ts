import type { MotionLevel } from '../../assets/params';
import type { ProjectBrand } from '../../projects/brand-schema';
import type { ImageTraits } from '../../render';

const levels: Record<MotionLevel, string> = {
  subtle: 'The scene breathes: depth that is felt rather than seen, light that glints.',
  medium: 'A clear camera move with depth, steady and sure.',
  kinetic: 'A strong camera move with deep space and large travel.',
};

/**
 * A motion prompt in plain words from what can be measured in a picture and from the brand. It names no camera
 * direction, so that the seed chooses one; the brand's tone ("calm", "bold") sets the pace.
 */
export function describePrompt(traits: ImageTraits, brand: ProjectBrand, motion: MotionLevel): string {
  return [scene(traits), `The eye rests at the ${place(traits.focal)}.`, levels[motion], ...brandWords(brand)].join(' ');
}

function scene({ orientation, brightness, contrast, detail, warmth, colours }: ImageTraits): string {
  const light = brightness > 0.66 ? 'bright' : brightness < 0.33 ? 'dark' : 'softly lit';
  const mood = warmth > 0.15 ? 'warm' : warmth < -0.15 ? 'cool' : 'neutral';
  const surface = detail > 0.6 ? 'rich in detail' : detail < 0.25 ? 'plain in its surfaces' : 'of moderate detail';
  const names = colours.slice(0, 3).map((colour) => colour.name);
  const palette = names.length > 0 ? `, in ${list(names)}` : '';
  return `A ${light}, ${mood} ${orientation} picture, ${contrast > 0.5 ? 'high in contrast and ' : ''}${surface}${palette}.`;
}

function place({ x, y }: { x: number; y: number }): string {
  const column = x < 0.4 ? 'left' : x > 0.6 ? 'right' : '';
  const row = y < 0.4 ? 'upper' : y > 0.6 ? 'lower' : '';
  if (!column && !row) return 'centre';
  return [row || 'middle', column || 'centre'].join(' ');
}

function brandWords(brand: ProjectBrand): string[] {
  const { brandName, contentInventory, messagingContext, designContext, colors } = brand;
  const words: string[] = [];
  if (brandName) words.push(`For ${brandName}${contentInventory?.tagline ? `: ${contentInventory.tagline}` : ''}.`);
  if (messagingContext?.tone) words.push(`Tone: ${messagingContext.tone}.`);
  if (designContext?.vibe) words.push(`Mood: ${designContext.vibe}.`);
  if (messagingContext?.targetAudience) words.push(`Seen by ${messagingContext.targetAudience}.`);
  const palette = [colors?.primary, colors?.accent].filter(Boolean);
  if (palette.length > 0) words.push(`Light in the brand's ${list(palette as string[])}.`);
  return words;
}

const list = (words: string[]) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
