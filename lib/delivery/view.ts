import type { Call } from '../http/call';
import type { Runtime } from '../runtime';
import type { Embed } from './find-embed';
import type { EmbedRequest } from './parse-embed';

/** One request for an embed URL, with what it was found to stand for. */
export interface View {
  rt: Runtime;
  call: Call;
  requestId: string;
  wanted: EmbedRequest;
  found: Embed;
  /** When what authorised it ends, so that no cache may go on for it; null: never. */
  validUntilMs: number | null;
}
