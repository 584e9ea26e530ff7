import { describe, expect, it } from 'vitest';
import { failureKind } from './prediction-failure';
import { readVisionAnswer, visionFrame, visionRequest } from './vision-words';

describe('the frame of the vision model', () => {
  it('says what the brand is, in bounds', () => {
    const frame = visionFrame({ brandName: 'Acme', colors: { primary: '#123456' }, messagingContext: { tone: 'calm', targetAudience: 'x'.repeat(500) } } as never);
    expect(frame).toContain('- Brand: Acme');
    expect(frame).toContain('- Tone: calm');
    expect(frame).toContain('#123456');
    expect(frame.length).toBeLessThan(2_500);
  });

  it('says nothing of a brand there is not', () => {
    expect(visionFrame({})).not.toContain('- ');
  });

  it('names the motion level and what the mode needs', () => {
    expect(visionRequest('kinetic', 'loop')).toMatch(/kinetic.*loops/s);
  });
});

describe('the answer of the vision model', () => {
  it.each([
    ['BLOCKED: nudity', { blocked: 'nudity' }],
    ['  blocked', { blocked: 'no reason given' }],
    ['"The light\n moves."', { prompt: 'The light moves.' }],
    ['A sign that says BLOCKED: sways.', { prompt: 'A sign that says BLOCKED: sways.' }],
    ['', { prompt: '' }],
  ])('%j is read as it is meant', (text, meant) => expect(readVisionAnswer(text)).toEqual(meant));
});

describe('a failed prediction', () => {
  it.each([
    ['Prediction interrupted; please retry (code: PA)', 'interrupted'],
    ['Director: unexpected error handling prediction (E6716)', 'interrupted'],
    ['The input or output was flagged as sensitive. Please try again with different inputs. (E005)', 'refused'],
    ['NSFW content detected. Try running it again, or try a different prompt.', 'refused'],
    ['CUDA out of memory', 'failed'],
    [null, 'failed'],
    [{ title: 'odd' }, 'failed'],
  ])('with %j is %s', (error, kind) => expect(failureKind(error)).toBe(kind));
});
