import { NonRetriableError, RetryAfterError } from 'inngest';
import type { Define } from './define';

/** With `after` (ms) in the event the retry comes then, else by the server's own backoff. */
const failure = (data: { after?: number }, plain: Error): Error => (data.after === undefined ? plain : new RetryAfterError(plain.message, data.after));

export const failures: Define = ({ fn, recorders }) => [
  fn({ id: 'flaky', retries: 3, triggers: { event: 'contract/flaky' } }, async ({ event, step, attempt }) => {
    const rec = recorders.of(event.data);
    await step.run('sure', () => rec.note('sure'));
    const value = await step.run('unsure', () => {
      rec.note(`unsure ${attempt}`);
      if (attempt < event.data.failures) throw failure(event.data, new Error(`failure ${attempt}`));
      return 'made it';
    });
    await step.run('then', () => rec.note(`then ${attempt}`));
    return value;
  }),
  fn({ id: 'flaky-body', retries: 2, triggers: { event: 'contract/flaky-body' } }, async ({ event, step, attempt }) => {
    const rec = recorders.of(event.data);
    await step.run('sure', () => rec.note('sure'));
    rec.note(`body ${attempt}`);
    if (attempt < event.data.failures) throw failure(event.data, new Error(`failure ${attempt}`));
    return attempt;
  }),
  fn({ id: 'retry-after', triggers: { event: 'contract/retry-after' } }, async ({ event, step, attempt }) => {
    await step.run('limited', () => {
      recorders.of(event.data).note(`limited ${attempt}`);
      if (attempt === 0) throw new RetryAfterError('later', event.data.after ?? 90_000);
    });
  }),
  fn(
    {
      id: 'hopeless',
      retries: 5,
      triggers: { event: 'contract/hopeless' },
      onFailure: async ({ error, event, step }) => {
        const { data } = event.data.event;
        await step.run('tidy', () => recorders.of(data).note('onFailure', { name: error.name, message: error.message, data, fn: event.data.function_id, run: event.data.run_id }));
      },
    },
    async ({ event, step, attempt }) => {
      await step.run('breaks', () => {
        recorders.of(event.data).note(`breaks ${attempt}`);
        throw new NonRetriableError('no use');
      });
    },
  ),
  fn(
    {
      id: 'exhausted',
      retries: 1,
      triggers: { event: 'contract/exhausted' },
      onFailure: ({ error, event }) => recorders.of(event.data.event.data).note('onFailure', error.message),
    },
    async ({ event, step, attempt }) => {
      await step.run('breaks', () => {
        recorders.of(event.data).note(`breaks ${attempt}`);
        throw failure(event.data, new TypeError(`broken ${attempt}`));
      });
    },
  ),
  fn({ id: 'catcher', retries: 0, triggers: { event: 'contract/catcher' } }, async ({ event, step }) => {
    try {
      await step.run('breaks', () => {
        recorders.of(event.data).note('breaks');
        throw new Error('broken');
      });
    } catch (error) {
      return await step.run('instead', () => `instead of: ${(error as Error).message}`);
    }
    return 'not reached';
  }),
];
