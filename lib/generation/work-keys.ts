/** Where a run keeps what passes between its steps; gone when it ends. */
export const workKey = (generationId: string, name: 'source' | 'single' | 'stage1' | 'stage2' | 'merge') => `work/${generationId}/${name}`;

export const workKeys = (generationId: string) =>
  (['source', 'single', 'stage1', 'stage2', 'merge'] as const).map((name) => workKey(generationId, name));

/** A generation's own objects: new names each time, never overwritten. */
export const clipKey = (assetId: string, generationId: string) => `assets/${assetId}/${generationId}.mp4`;
export const posterKey = (assetId: string, generationId: string) => `assets/${assetId}/${generationId}.jpg`;
