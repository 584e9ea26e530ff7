import { NonRetriableError } from 'inngest';
import type { Define } from './define';

export const events: Define = ({ fn, recorders }) => {
  const child = fn({ id: 'child', retries: 0, triggers: { event: 'contract/child' } }, async ({ event, step }) => {
    const doubled = await step.run('double', () => Number(event.data.n) * 2);
    if (event.data.fail) throw new NonRetriableError('child failed');
    return { doubled };
  });
  return [
    child,
    fn({ id: 'invoker', triggers: { event: 'contract/invoker' } }, async ({ event, step }) => {
      try {
        const result = await step.invoke('ask', { function: child, data: { n: 21, fail: event.data.fail, tag: event.data.tag } });
        return result.doubled;
      } catch (error) {
        return `caught: ${(error as Error).message}`;
      }
    }),
    fn({ id: 'sender', triggers: { event: 'contract/sender' } }, async ({ event, step }) => {
      const { tag } = event.data;
      const { ids } = await step.sendEvent('tell', [
        { name: 'contract/told', data: { n: 1, tag } },
        { name: 'contract/told', data: { n: 2, tag } },
        { name: 'contract/told', data: { n: 3, tag } },
      ]);
      return ids.length;
    }),
    fn({ id: 'told', triggers: { event: 'contract/told', if: 'event.data.n != 3' } }, ({ event }) => recorders.of(event.data).note('told', event.data.n)),
    fn({ id: 'waiter', triggers: { event: 'contract/waiter' } }, async ({ event, step }) => {
      const rec = recorders.of(event.data);
      await step.run('ready', async () => {
        rec.note('ready');
        if (event.data.gate) await rec.gate('waiter');
      });
      const answer = await step.waitForEvent('answer', { event: 'contract/answer', timeout: event.data.timeout ?? '10m', if: 'async.data.to == event.data.id' });
      rec.note('answered', answer?.data?.text ?? null);
      return answer?.data?.text ?? null;
    }),
    fn({ id: 'wait-loop', triggers: { event: 'contract/wait-loop' } }, async ({ event, step }) => {
      const seen: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        const tick = await step.waitForEvent(`tick ${i}`, { event: 'contract/tick', timeout: '1m' });
        seen.push(tick?.data?.n ?? null);
      }
      recorders.of(event.data).note('ticks', seen);
      return seen;
    }),
    fn(
      { id: 'cancellable', triggers: { event: 'contract/cancellable' }, cancelOn: [{ event: 'contract/cancel', if: 'async.data.id == event.data.id' }] },
      async ({ event, step }) => {
        const rec = recorders.of(event.data);
        await step.run('start', async () => {
          rec.note('start', event.data.id);
          if (event.data.gate) await rec.gate('cancellable');
        });
        await step.sleep('long', event.data.nap ?? '1d');
        await step.run('end', () => rec.note('end', event.data.id));
      },
    ),
  ];
};
