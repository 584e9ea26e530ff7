/** How often something happened: a simulation in which it never does proves nothing about it. */
export class Figures {
  private readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    if (times > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  merge(others: Record<string, number>): void {
    for (const [what, times] of Object.entries(others)) this.add(what, times);
  }

  get all(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** Per 10,000 histories, in columns. */
  table(histories: number): string {
    const lines = Object.entries(this.all).map(([what, times]) => `${what.padEnd(44)}${String(Math.round((times * 10_000) / histories)).padStart(9)}`);
    return lines.join('\n');
  }
}
