import { describe, expect, it } from 'vitest';
import { parseDirections } from './directions';

describe('parseDirections', () => {
  it.each([
    ['pan left', { pan: { x: -1, y: 0 } }],
    ['The camera slowly pans to the right.', { pan: { x: 1, y: 0 }, pace: 0.7 }],
    ['pan from left to right', { pan: { x: 1, y: 0 } }],
    ['a gentle drift right', { pan: { x: 1, y: 0 }, pace: 0.7 }],
    ['tilt up', { pan: { x: 0, y: -1 } }],
    ['crane down', { pan: { x: 0, y: 1 } }],
    ['Zoom out quickly', { zoom: 'out', pace: 1.35 }],
    ['slow push-in on the bottle', { zoom: 'in', pace: 0.7 }],
    ['dolly in', { zoom: 'in' }],
    ['pull back to reveal the valley', { zoom: 'out' }],
    ['orbit to the left around the subject', { orbit: 'left' }],
    ['camera orbits the product', { orbit: 'any' }],
    ['rotate counterclockwise', { roll: 'anticlockwise' }],
    ['roll clockwise', { roll: 'clockwise' }],
    ['handheld', { handheld: true }],
    ['hold still', { still: true }],
    ['static shot', { still: true }],
    ['no zoom, pan left', { zoom: undefined, pan: { x: -1, y: 0 } }],
    ["don't rotate", { roll: undefined }],
    ['without any camera movement', { still: true }],
  ])('%s', (prompt, expected) => {
    const found = parseDirections(prompt);
    for (const [key, value] of Object.entries(expected)) expect(found[key as keyof typeof found]).toEqual(value);
  });

  it('leaves everything open when nothing is said of the camera', () => {
    expect(parseDirections('Sunlight glitters on a still lake, leaves on the left, a bright rising sun')).toEqual({ handheld: false, still: false, pace: 1 });
  });
});
