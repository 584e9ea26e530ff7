import { describe, expect, it } from 'vitest';
import { motionLevels } from '../../assets/params';
import { type ImageTraits, parseDirections } from '../../render';
import { describePrompt } from './describe-prompt';

const traits: ImageTraits = {
  width: 1600, height: 900, orientation: 'landscape', brightness: 0.8, contrast: 0.7, saturation: 0.5, warmth: 0.4, detail: 0.7,
  colours: [{ hex: '#123456', name: 'deep blue', share: 0.6 }, { hex: '#eeddcc', name: 'sand', share: 0.2 }], focal: { x: 0.2, y: 0.8 },
};

describe('the built-in describer', () => {
  it('says what is in the picture and where the eye goes', () => {
    const text = describePrompt(traits, {}, 'medium');
    for (const words of ['bright', 'warm', 'landscape', 'deep blue and sand', 'lower left']) expect(text).toContain(words);
  });

  it('brings the brand in: two projects get different prompts of the same picture', () => {
    const text = describePrompt(traits, { brandName: 'Acme', messagingContext: { tone: 'calm' }, designContext: { vibe: 'airy' }, colors: { primary: '#0af' } }, 'medium');
    for (const words of ['Acme', 'calm', 'airy', '#0af']) expect(text).toContain(words);
    expect(text).not.toBe(describePrompt(traits, { brandName: 'Other' }, 'medium'));
  });

  it.each(motionLevels)('leaves the direction of a %s move to the seed', (motion) => {
    const { pan, zoom, orbit, roll, still, handheld } = parseDirections(describePrompt(traits, { brandName: 'Left Turn Zoom' }, motion));
    expect({ pan, zoom, orbit, roll, still, handheld }).toEqual({ pan: undefined, zoom: undefined, orbit: undefined, roll: undefined, still: false, handheld: false });
  });

  it("lets the brand's tone set the pace", () => {
    const pace = (tone: string) => parseDirections(describePrompt(traits, { messagingContext: { tone } }, 'medium')).pace;
    expect(pace('calm and gentle')).toBeLessThan(pace('plain'));
    expect(pace('bold and energetic')).toBeGreaterThan(pace('plain'));
  });
});
