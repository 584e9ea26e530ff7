import { parse } from '@marcbachmann/cel-js';

/** A compiled CEL expression over `event` (the run's) and `async` (the one that arrives). */
export type Expression = (scope: { event: unknown; async?: unknown }) => unknown;

/** @throws with the parser's words when the expression is not CEL. */
export function compileExpression(source: string): Expression {
  const program = parse(source);
  return (scope) => {
    try {
      return program({ event: scope.event, async: scope.async ?? null });
    } catch (error) {
      // As Inngest: a field that is not there is null, so a comparison with it does not hold and a key of it is empty.
      if (error instanceof Error && error.message.includes('No such key')) return null;
      throw error;
    }
  };
}

/** Whether a filter holds; an expression that cannot be evaluated on this event does not hold. */
export function holds(expression: Expression, scope: { event: unknown; async?: unknown }): boolean {
  try {
    return expression(scope) === true;
  } catch {
    return false;
  }
}

/** The text of a key; what cannot be evaluated shares one key, which is the safe side of a limit. */
export function keyOf(expression: Expression, event: unknown): string {
  try {
    const value = expression({ event });
    return typeof value === 'string' ? value : value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return '';
  }
}
