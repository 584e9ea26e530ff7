import type { Define } from './define';

export const flow: Define = ({ fn, recorders, finish, schedule }) => [
  fn({ id: 'keyed', triggers: { event: 'contract/keyed' }, concurrency: { limit: 1, key: 'event.data.key' } }, async ({ event, step }) => {
    const { key, n } = event.data;
    const rec = recorders.of(event.data);
    await step.run('enter', async () => {
      rec.note(`enter ${key}`, n);
      if (event.data.gate) await rec.gate(event.data.gate);
    });
    if (event.data.nap) await step.sleep('nap', '1m');
    await step.run('leave', () => rec.note(`leave ${key}`, n));
  }),
  fn({ id: 'narrow', triggers: { event: 'contract/narrow' }, concurrency: 2 }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    await step.run('in', async () => {
      rec.note('in', event.data.n);
      await rec.gate('narrow');
      rec.note('out', event.data.n);
    });
  }),
  fn({ id: 'idempotent', triggers: { event: 'contract/idempotent' }, idempotency: 'event.data.key' }, ({ event }) =>
    recorders.of(event.data).note('once', event.data.key),
  ),
  fn(
    { id: 'urgent', triggers: { event: 'contract/urgent' }, concurrency: 1, priority: { run: 'event.data.vip ? 60 : 0' } },
    async ({ event, step }) => {
      const rec = recorders.of(event.data);
      await step.run('serve', async () => {
        rec.note('served', event.data.n);
        if (event.data.gate) await rec.gate('urgent');
      });
    },
  ),
  fn({ id: 'bounded', triggers: { event: 'contract/bounded' }, timeouts: { finish } as { finish: '5m' } }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    await step.run('start', () => rec.note('start'));
    await step.sleep('too long', event.data.nap ?? '1h');
    await step.run('never', () => rec.note('never'));
  }),
  ...(schedule ? [fn({ id: 'nightly', triggers: { cron: schedule } }, ({ event }) => recorders.of({ tag: 'nightly' }).note('nightly', event.data))] : []),
];
