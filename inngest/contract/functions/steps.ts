import type { Define } from './define';

export const steps: Define = ({ fn, recorders, version }) => [
  fn({ id: 'linear', triggers: { event: 'contract/linear' } }, async ({ event, step, runId }) => {
    const rec = recorders.of(event.data);
    rec.note('body', runId);
    const a = await step.run('a', () => (rec.note('a'), { n: 1, nested: { z: [1, null, event.data.text ?? 'ü\u0000'] } }));
    const b = await step.run('b', () => (rec.note('b'), a.n + 1));
    const c = await step.run('c', () => (rec.note('c'), undefined));
    return { a, b, c, name: event.name, data: event.data };
  }),
  fn({ id: 'same-id', triggers: { event: 'contract/same-id' } }, async ({ event, step }) => {
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) seen.push(await step.run('again', () => (recorders.of(event.data).note(`again ${i}`), i)));
    return seen;
  }),
  fn({ id: 'sleeper', triggers: { event: 'contract/sleeper' } }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    await step.run('before', () => rec.note('before'));
    await step.sleep('nap', event.data.nap ?? '1h');
    await step.run('between', () => rec.note('between'));
    await step.sleepUntil('until', new Date(event.data.until));
    await step.run('after', () => rec.note('after'));
  }),
  fn({ id: 'stuck', triggers: { event: 'contract/stuck' } }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    const first = await step.run('first', () => (rec.note('first'), 'first'));
    const second = await step.run('second', async () => {
      rec.note('second begins');
      await rec.gate('stuck');
      rec.note('second ends');
      return 'second';
    });
    return [first, second];
  }),
  fn({ id: 'changing', triggers: { event: 'contract/changing' } }, async ({ event, step }) => {
    const rec = recorders.of(event.data);
    const kept = await step.run('kept', () => (rec.note(`kept by ${version}`), `kept by ${version}`));
    if (version === 2) await step.run('new', () => rec.note('new'));
    else await step.run('dropped', () => rec.note('dropped'));
    await step.sleep('nap', event.data.nap ?? '1h');
    return await step.run(version === 1 ? 'old end' : 'new end', () => [kept, `ended by ${version}`]);
  }),
];
