/** The cache in front of the embed URLs. */
export interface Edge {
  readonly name: 'none';
  /** Drops the entries of these embed paths; resolves when the edge has confirmed. @throws when it has not. */
  purge(target: { paths: string[]; tag: string }): Promise<void>;
}

/** No cache in front: every request reaches us, so the new clip is live when it is committed. */
export const noEdge: Edge = { name: 'none', purge: async () => {} };
