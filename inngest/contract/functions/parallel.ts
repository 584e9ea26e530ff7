import { RetryAfterError } from 'inngest';
import type { Define } from './define';

export const parallel: Define = ({ fn, recorders }) => [
  fn({ id: 'parallel', triggers: { event: 'contract/parallel' } }, async ({ event, step, attempt }) => {
    const rec = recorders.of(event.data);
    const results = await Promise.all([
      step.run('p1', () => (rec.note('p1'), 1)),
      step.run('p2', () => {
        rec.note(`p2 ${attempt}`);
        if (attempt === 0) throw event.data.after === undefined ? new Error('once') : new RetryAfterError('once', event.data.after);
        return 2;
      }),
      step.sleep('p3', event.data.nap ?? '10s').then(() => 3),
    ]);
    return await step.run('sum', () => (rec.note('sum'), results.reduce((sum, n) => sum + n, 0)));
  }),
  fn({ id: 'race', triggers: { event: 'contract/race' } }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    const winner = await Promise.race([
      step.run('work', async () => {
        rec.note('work begins');
        await rec.gate('race');
        return 'work';
      }),
      step.waitForEvent('signal', { event: 'contract/signal', timeout: '1h', if: 'async.data.to == event.data.id' }).then(() => 'signal'),
    ]);
    return await step.run('winner', () => (rec.note('winner', winner), winner));
  }),
];
