/**
 * The contract suite's functions, written against the public SDK only, so that a real Inngest server could run them
 * as well. What a body does is told to the recorder.
 */
import { NonRetriableError, RetryAfterError, type Inngest } from 'inngest';

export interface Recorder {
  /** `what` in the order it happened, with the run it happened in. */
  note(what: string, detail?: unknown): void;
  /** Lets a test hold a step open. */
  gate(name: string): Promise<void>;
}

export function contractFunctions(client: Inngest, rec: Recorder) {
  const fn = client.createFunction.bind(client);
  const child = fn({ id: 'child', retries: 0, triggers: { event: 'contract/child' } }, async ({ event, step }) => {
    const doubled = await step.run('double', () => Number(event.data.n) * 2);
    if (event.data.fail) throw new NonRetriableError('child failed');
    return { doubled };
  });
  return [
    child,
    fn({ id: 'linear', triggers: { event: 'contract/linear' } }, async ({ event, step, runId }) => {
      rec.note('body', runId);
      const a = await step.run('a', () => (rec.note('a'), { n: 1, nested: { z: [1, null, 'ü\u0000'] } }));
      const b = await step.run('b', () => (rec.note('b'), a.n + 1));
      const c = await step.run('c', () => (rec.note('c'), undefined));
      return { a, b, c, name: event.name, data: event.data };
    }),
    fn({ id: 'same-id', triggers: { event: 'contract/same-id' } }, async ({ step }) => {
      const seen: number[] = [];
      for (let i = 0; i < 3; i++) seen.push(await step.run('again', () => (rec.note(`again ${i}`), i)));
      return seen;
    }),
    fn({ id: 'sleeper', triggers: { event: 'contract/sleeper' } }, async ({ event, step }) => {
      await step.run('before', () => rec.note('before'));
      await step.sleep('nap', '1h');
      await step.run('between', () => rec.note('between'));
      await step.sleepUntil('until', new Date(event.data.until));
      await step.run('after', () => rec.note('after'));
    }),
    fn({ id: 'flaky', retries: 3, triggers: { event: 'contract/flaky' } }, async ({ event, step, attempt }) => {
      await step.run('sure', () => rec.note('sure'));
      const value = await step.run('unsure', () => {
        rec.note(`unsure ${attempt}`);
        if (attempt < event.data.failures) throw new Error(`failure ${attempt}`);
        return 'made it';
      });
      await step.run('then', () => rec.note(`then ${attempt}`));
      return value;
    }),
    fn({ id: 'flaky-body', retries: 2, triggers: { event: 'contract/flaky-body' } }, async ({ event, step, attempt }) => {
      await step.run('sure', () => rec.note('sure'));
      rec.note(`body ${attempt}`);
      if (attempt < event.data.failures) throw new Error(`failure ${attempt}`);
      return attempt;
    }),
    fn({ id: 'retry-after', triggers: { event: 'contract/retry-after' } }, async ({ step, attempt }) => {
      await step.run('limited', () => {
        rec.note(`limited ${attempt}`);
        if (attempt === 0) throw new RetryAfterError('later', 90_000);
      });
    }),
    fn(
      {
        id: 'hopeless',
        retries: 5,
        triggers: { event: 'contract/hopeless' },
        onFailure: async ({ error, event, step }) => {
          await step.run('tidy', () =>
            rec.note('onFailure', { name: error.name, message: error.message, data: event.data.event.data, fn: event.data.function_id }),
          );
        },
      },
      async ({ step, attempt }) => {
        await step.run('breaks', () => {
          rec.note(`breaks ${attempt}`);
          throw new NonRetriableError('no use');
        });
      },
    ),
    fn(
      {
        id: 'exhausted',
        retries: 1,
        triggers: { event: 'contract/exhausted' },
        onFailure: ({ error }) => rec.note('onFailure', error.message),
      },
      async ({ step, attempt }) => {
        await step.run('breaks', () => {
          rec.note(`breaks ${attempt}`);
          throw new TypeError(`broken ${attempt}`);
        });
      },
    ),
    fn({ id: 'catcher', retries: 0, triggers: { event: 'contract/catcher' } }, async ({ step }) => {
      try {
        await step.run('breaks', () => {
          rec.note('breaks');
          throw new Error('broken');
        });
      } catch (error) {
        return await step.run('instead', () => `instead of: ${(error as Error).message}`);
      }
      return 'not reached';
    }),
    fn({ id: 'sender', triggers: { event: 'contract/sender' } }, async ({ step }) => {
      const { ids } = await step.sendEvent('tell', [
        { name: 'contract/told', data: { n: 1 } },
        { name: 'contract/told', data: { n: 2 } },
      ]);
      return ids.length;
    }),
    fn({ id: 'told', triggers: { event: 'contract/told', if: 'event.data.n != 3' } }, ({ event }) => rec.note('told', event.data.n)),
    fn(
      { id: 'keyed', triggers: { event: 'contract/keyed' }, concurrency: { limit: 1, key: 'event.data.key' } },
      async ({ event, step }) => {
        const { key, n } = event.data;
        await step.run('enter', () => rec.note(`enter ${key}`, n));
        if (event.data.nap) await step.sleep('nap', '1m');
        await step.run('leave', () => rec.note(`leave ${key}`, n));
      },
    ),
    fn({ id: 'narrow', triggers: { event: 'contract/narrow' }, concurrency: 2 }, async ({ event, step }) => {
      await step.run('in', () => (rec.note('in', event.data.n), rec.gate('narrow')));
      rec.note('out', event.data.n);
    }),
    fn({ id: 'stuck', triggers: { event: 'contract/stuck' } }, async ({ step }) => {
      const first = await step.run('first', () => (rec.note('first'), 'first'));
      const second = await step.run('second', async () => {
        rec.note('second begins');
        await rec.gate('stuck');
        rec.note('second ends');
        return 'second';
      });
      return [first, second];
    }),
    fn({ id: 'parallel', triggers: { event: 'contract/parallel' } }, async ({ step, attempt }) => {
      const results = await Promise.all([
        step.run('p1', () => (rec.note('p1'), 1)),
        step.run('p2', () => {
          rec.note(`p2 ${attempt}`);
          if (attempt === 0) throw new Error('once');
          return 2;
        }),
        step.sleep('p3', '10s').then(() => 3),
      ]);
      return await step.run('sum', () => (rec.note('sum'), results.reduce((sum, n) => sum + n, 0)));
    }),
    fn({ id: 'race', triggers: { event: 'contract/race' } }, async ({ step }) => {
      const winner = await Promise.race([
        step.run('work', async () => {
          await rec.gate('race');
          return 'work';
        }),
        step.waitForEvent('signal', { event: 'contract/signal', timeout: '1h' }).then(() => 'signal'),
      ]);
      return await step.run('winner', () => (rec.note('winner', winner), winner));
    }),
    fn({ id: 'waiter', triggers: { event: 'contract/waiter' } }, async ({ event, step }) => {
      await step.run('ready', async () => {
        rec.note('ready');
        if (event.data.gate) await rec.gate('waiter');
      });
      const answer = await step.waitForEvent('answer', { event: 'contract/answer', timeout: '10m', if: 'async.data.to == event.data.id' });
      rec.note('answered', answer?.data?.text ?? null);
      return answer?.data?.text ?? null;
    }),
    fn({ id: 'wait-loop', triggers: { event: 'contract/wait-loop' } }, async ({ step }) => {
      const seen: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        const tick = await step.waitForEvent(`tick ${i}`, { event: 'contract/tick', timeout: '1m' });
        seen.push(tick?.data?.n ?? null);
      }
      rec.note('ticks', seen);
      return seen;
    }),
    fn({ id: 'invoker', triggers: { event: 'contract/invoker' } }, async ({ event, step }) => {
      try {
        const result = await step.invoke('ask', { function: child, data: { n: 21, fail: event.data.fail } });
        return result.doubled;
      } catch (error) {
        return `caught: ${(error as Error).message}`;
      }
    }),
    fn(
      { id: 'cancellable', triggers: { event: 'contract/cancellable' }, cancelOn: [{ event: 'contract/cancel', if: 'async.data.id == event.data.id' }] },
      async ({ event, step }) => {
        await step.run('start', async () => {
          rec.note('start', event.data.id);
          if (event.data.gate) await rec.gate('cancellable');
        });
        await step.sleep('long', '1d');
        await step.run('end', () => rec.note('end', event.data.id));
      },
    ),
    fn({ id: 'idempotent', triggers: { event: 'contract/idempotent' }, idempotency: 'event.data.key' }, ({ event }) => rec.note('once', event.data.key)),
    fn(
      { id: 'urgent', triggers: { event: 'contract/urgent' }, concurrency: 1, priority: { run: 'event.data.vip ? 60 : 0' } },
      ({ event }) => rec.note('served', event.data.n),
    ),
    fn({ id: 'bounded', triggers: { event: 'contract/bounded' }, timeouts: { finish: '5m' } }, async ({ step }) => {
      await step.run('start', () => rec.note('start'));
      await step.sleep('too long', '1h');
      await step.run('never', () => rec.note('never'));
    }),
    fn({ id: 'nightly', triggers: { cron: 'TZ=UTC 0 3 * * *' } }, ({ event }) => rec.note('nightly', event.data)),
  ];
}
