const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** Looks again and again, ever more seldom, for some two minutes at most. @returns the end of it */
export function lookAgain(look: () => Promise<unknown>): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let ended = false;
  const plan = (pauseMs: number) => {
    if (ended || pauseMs > LONGEST_MS) return;
    timer = setTimeout(() => void look().finally(() => plan(pauseMs * 2)), pauseMs);
  };
  plan(FIRST_MS);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
