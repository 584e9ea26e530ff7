import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regenerateAsset } from '@/lib/assets/regenerate-asset';
import { endGeneration } from '@/lib/generation/end-generation';
import { isApiError } from '@/lib/http/errors';
import { makePipeline, type Pipeline } from '@/test/support/pipeline';

let p: Pipeline;
beforeAll(async () => void (p = await makePipeline()));
afterAll(() => p.close());

describe('the month', () => {
  // Below the rate limit's wrapper: what decides here is the quota alone.
  it('accepts exactly what is left of 1,000 parallel regenerates', { timeout: 120_000 }, async () => {
    const user = await p.account('pro');
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((idem) => p.asset(user, { idem })));
    const left = 100 - ids.length;
    const tries = Array.from({ length: 1_000 }, (_, n) =>
      regenerateAsset(p.rt, { assetId: ids[n % ids.length]!, user, given: {}, requestId: `req_${n}`, idempotencyKey: null }).then(
        () => 'accepted',
        (error: unknown) => (isApiError(error) ? error.code : Promise.reject(error)),
      ),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((o) => o === 'accepted')).toHaveLength(left);
    expect(outcomes.filter((o) => o === 'overage_disabled')).toHaveLength(1_000 - left);
    expect(await p.rt.db.monthlyUsage.findMany({ where: { userId: user.id } })).toMatchObject([{ used: 100, charged: 100, refunded: 0 }]);
    expect(await p.rt.db.generation.count({ where: { chargedUserId: user.id } })).toBe(100);
    for (const id of ids) {
      const numbers = await p.rt.db.generation.findMany({ where: { assetId: id }, orderBy: { number: 'asc' }, select: { number: true } });
      expect(numbers.map((g) => g.number)).toEqual(numbers.map((_, n) => n + 1));
    }
  });

  it('takes a unit back once, however many end the same generation at once', async () => {
    const user = await p.account('free');
    const id = await p.asset(user);
    const { id: generationId } = await p.rt.db.generation.findFirstOrThrow({ where: { assetId: id } });
    const ends = await Promise.all(Array.from({ length: 10 }, () => endGeneration(p.rt, generationId, { status: 'cancelled' })));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await p.rt.db.monthlyUsage.findMany({ where: { userId: user.id } })).toMatchObject([{ used: 0, charged: 1, refunded: 1 }]);
  });

  it('starts anew with the calendar month in UTC', async () => {
    const user = await p.account('free');
    const id = await p.asset(user);
    const again = () => regenerateAsset(p.rt, { assetId: id, user, given: {}, requestId: 'req_x', idempotencyKey: null });
    p.rt.clock.set(Date.UTC(2026, 9, 31, 23, 59, 59, 999));
    for (let n = 0; n < 4; n += 1) await again();
    await expect(again()).rejects.toMatchObject({ code: 'quota_exceeded' });
    p.rt.clock.advance(1);
    const { value } = await again();
    expect(value.quota).toEqual({ used: 1, limit: 5, overage: 0, resets_at: Date.UTC(2026, 11, 1) });
  });
});
