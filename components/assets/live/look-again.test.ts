import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookAgain } from './look-again';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('looking again', () => {
  it('begins within a second, becomes ever more seldom, and ends by itself', async () => {
    const startedAt = Date.now();
    const looks: number[] = [];
    lookAgain(async () => looks.push(Date.now() - startedAt));
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(looks).toEqual([500, 1500, 3500, 7500, 15_500, 31_500, 63_500]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for a slow look before it plans the next', async () => {
    const look = vi.fn(() => new Promise<void>(() => {}));
    lookAgain(look);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(look).toHaveBeenCalledOnce();
  });

  it('ends at once when it is told to, in the middle of a look too', async () => {
    let answer = () => {};
    const look = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    const end = lookAgain(look);
    await vi.advanceTimersByTimeAsync(500);
    end();
    answer();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(look).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});
