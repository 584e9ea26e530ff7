const stages: Record<string, string> = {
  queued: 'Waiting its turn',
  source: 'Fetching the image',
  vision: 'Reading the image',
  single: 'Rendering the motion',
  stage1: 'Rendering forward',
  stage2: 'Rendering the way back',
  merge: 'Closing the loop',
  r2_write: 'Storing the clip',
};

/** A stage's name for people. */
export const stageWords = (stage: string | null | undefined) => stages[stage ?? 'queued'] ?? 'Working';

const order = ['source', 'vision', 'single', 'stage1', 'stage2', 'merge', 'r2_write'];

/** A generation's stages in the order they run in, which JSON in a database does not keep. */
export const inOrder = (timings: Record<string, number>) =>
  Object.entries(timings).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
