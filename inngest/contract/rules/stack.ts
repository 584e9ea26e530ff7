import type { Rule } from './rule';

/** 5.4: `stack` holds the ids that have a result, in the order in which they finished; `current` is a place in it. */
export const stack: Rule = (run) =>
  run.calls
    .filter((call) => !call.ctx.use_api)
    .flatMap(({ ctx, memo }, n) => {
      const ids = ctx.stack.stack;
      const broken: string[] = [];
      if (new Set(ids).size !== ids.length) broken.push(`call ${n} names a step twice in its stack`);
      if (ids.length !== memo.size || ids.some((id) => !memo.has(id))) broken.push(`call ${n} has a stack of ${ids.length} and ${memo.size} results`);
      if (!Number.isInteger(ctx.stack.current) || ctx.stack.current < 0 || ctx.stack.current > ids.length) broken.push(`call ${n} stands at ${ctx.stack.current} in a stack of ${ids.length}`);
      return broken;
    });

/** 5.4: the order never changes afterwards, so of any two stacks one begins with the other. It decides a race again in the same way. */
export const oneOrder: Rule = (run) => {
  const byLength = run.calls.map(({ ctx }) => ctx.stack.stack).sort((a, b) => a.length - b.length);
  return byLength.flatMap((ids, n) => {
    const longer = byLength[n + 1];
    return longer && ids.some((id, at) => longer[at] !== id) ? [`steps finished as ${ids.join(', ')}, and then as ${longer.join(', ')}`] : [];
  });
};
