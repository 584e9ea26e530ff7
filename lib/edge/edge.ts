/** What is dropped: URLs as paths of this server and, where every other spelling of them must go too, the asset's tag. */
export interface PurgeTarget {
  paths: string[];
  tag?: string;
}

/** What stands at the edge now. */
export interface Seen {
  status: number;
  etag: string | null;
  /** The answer is the product's, kept or fresh; not one that the edge (a firewall, a broken tunnel) made up. */
  ours: boolean;
}

/** The cache in front of the embed URLs. */
export interface Edge {
  readonly name: 'cloudflare' | 'varnish';
  /**
   * When to purge once more after a switch. A fill that the origin answered before the switch may end after the purge,
   * under a spelling of the URL or in a place that a look does not see; the last is later than any such fill can end.
   */
  readonly again: ReadonlyArray<{ afterMs: number; tag: boolean }>;
  /** Resolves when the edge has confirmed. @throws EdgeError when it has not. */
  purge(target: PurgeTarget, signal: AbortSignal): Promise<void>;
  /** Asks for a path as a viewer does, through the edge. @throws EdgeError when there is no answer. */
  look(path: string, signal: AbortSignal): Promise<Seen>;
}
