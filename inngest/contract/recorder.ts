/** What the bodies of the contract's functions tell, and what holds them up. */
export interface Recorder {
  /** `what` in the order it happened. */
  note(what: string, detail?: unknown): void;
  /** Lets a test hold a step open. */
  gate(name: string): Promise<void>;
}

/** The recorder of the test whose tag an event carries: tests run side by side, and servers remember earlier suites. */
export interface Recorders {
  of(data: { tag?: unknown } | undefined): Recorder;
}

export class TestRecorder implements Recorder {
  readonly notes: { what: string; detail: unknown }[] = [];
  private readonly gates = new Map<string, { promise: Promise<void>; open: () => void }>();
  private readonly closed = new Set<string>();
  private listeners: (() => void)[] = [];

  note(what: string, detail?: unknown): void {
    this.notes.push({ what, detail });
    for (const listener of this.listeners.splice(0)) listener();
  }
  /** Gates are open unless closed by the test. */
  gate(name: string): Promise<void> {
    return this.closed.has(name) ? this.gateOf(name).promise : Promise.resolve();
  }
  close(name: string): void {
    this.closed.add(name);
  }
  open(name: string): void {
    this.closed.delete(name);
    this.gateOf(name).open();
    this.gates.delete(name);
  }
  get whats(): string[] {
    return this.notes.map((note) => note.what);
  }
  details(what: string): unknown[] {
    return this.notes.filter((note) => note.what === what).map((note) => note.detail);
  }
  /** Resolves when `what` has been noted that often. */
  async seen(what: string, times = 1): Promise<void> {
    while (this.details(what).length < times) await new Promise<void>((resolve) => this.listeners.push(resolve));
  }
  private gateOf(name: string): { promise: Promise<void>; open: () => void } {
    let gate = this.gates.get(name);
    if (!gate) {
      let open = (): void => {};
      const promise = new Promise<void>((resolve) => (open = resolve));
      this.gates.set(name, (gate = { promise, open }));
    }
    return gate;
  }
}

export class TaggedRecorders implements Recorders {
  private readonly byTag = new Map<string, TestRecorder>();

  of(data: { tag?: unknown } | undefined): TestRecorder {
    const tag = String(data?.tag);
    let found = this.byTag.get(tag);
    if (!found) this.byTag.set(tag, (found = new TestRecorder()));
    return found;
  }
}
