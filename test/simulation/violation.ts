/** The product did what it must not. `rule` names the guarantee; shortening a history keeps to the same one. */
export class Violation extends Error {
  override name = 'Violation';
  constructor(
    readonly rule: string,
    detail: string,
  ) {
    super(`${rule}: ${detail}`);
  }
}

export function must(holds: boolean, rule: string, detail: () => string): asserts holds {
  if (!holds) throw new Violation(rule, detail());
}

/** What differs between two plain objects, in the members of the first. */
export function differences(wanted: object, found: object): string {
  return Object.entries(wanted)
    .map(([name, value]) => [name, JSON.stringify(value), JSON.stringify((found as Record<string, unknown>)[name])])
    .filter(([, value, other]) => value !== other)
    .map(([name, value, other]) => `${name} is ${other}, not ${value}`)
    .join(', ');
}
