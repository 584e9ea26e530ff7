import type { Behaviour, ClipChange, WebhookMischief } from './types';

/**
 * What predictions do, by name. The errors are the service's own words as public code and logs quote them
 * (`Prediction interrupted …`: its infrastructure; E005: the moderation of inputs and outputs).
 */
export const behaviours = {
  succeed: (afterMs?: number): Behaviour => ({ afterMs }),
  /** Runs until it is finished, failed or cancelled by hand. */
  slow: (): Behaviour => ({ afterMs: null }),
  /** Stays in the queue for so long: no worker yet. */
  coldStart: (ms: number): Behaviour => ({ startAfterMs: ms, afterMs: ms + 1000 }),
  fail: (error = 'CUDA out of memory. Tried to allocate 2.00 GiB.'): Behaviour => ({ error }),
  interrupted: (): Behaviour => ({ error: 'Prediction interrupted; please retry (code: PA)' }),
  sensitive: (): Behaviour => ({ error: 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)' }),
  output: (output: NonNullable<Behaviour['output']>): Behaviour => ({ output }),
  /** A list where a single URI is usual, or the other way round. */
  shaped: (shape: 'single' | 'array'): Behaviour => ({ shape }),
  clip: (clip: ClipChange): Behaviour => ({ clip }),
  text: (text: string): Behaviour => ({ text }),
  webhooks: (webhooks: WebhookMischief): Behaviour => ({ webhooks }),
};
