import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { analyse } from './analyse';
import { colourName } from './colour-names';

describe('analyse', () => {
  it('finds the subject, the light and the colours', async () => {
    const source = await sharp({ create: { width: 600, height: 800, channels: 3, background: '#0b1e4f' } })
      .composite([{ input: { create: { width: 120, height: 120, channels: 3, background: '#ffcc33' } }, left: 420, top: 160 }])
      .png()
      .toBuffer();
    const traits = await analyse(source);
    expect(traits).toMatchObject({ width: 600, height: 800, orientation: 'portrait' });
    expect(traits.focal.x).toBeGreaterThan(0.65);
    expect(traits.focal.y).toBeLessThan(0.4);
    expect(traits.brightness).toBeLessThan(0.35);
    expect(traits.warmth).toBeLessThan(0);
    expect(traits.colours[0]?.name).toBe('deep blue');
  });

  it('turns pictures the way their camera meant', async () => {
    const source = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#888' } }).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await analyse(source)).toMatchObject({ width: 300, height: 400, orientation: 'portrait' });
  });

  it('names colours in plain words', () => {
    expect([colourName(255, 255, 255), colourName(4, 4, 5), colourName(128, 128, 128), colourName(0, 80, 90)]).toEqual([
      'white',
      'black',
      'soft grey',
      'deep cyan',
    ]);
  });
});
