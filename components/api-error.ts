interface ErrorBody {
  error?: unknown;
  code?: string;
  detail?: string;
  details?: { fieldErrors?: Record<string, string[]>; formErrors?: string[] };
  upgrade_url?: string;
  retry_after_ms?: number;
  request_id?: string;
}

/** An answer of the API that is an error, or no answer at all (`status` 0). */
export class RequestFailed extends Error {
  override name = 'RequestFailed';
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(typeof body.error === 'string' ? body.error : `HTTP ${status}`);
  }
  get code() {
    return this.body.code ?? '';
  }
}

/** Messages a field; the first of each is what a form shows. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof RequestFailed)) return {};
  const entries = Object.entries(error.body.details?.fieldErrors ?? {});
  return Object.fromEntries(entries.flatMap(([field, [first]]) => (first ? [[field, sentence(first.replace(/^\d+: /, ''))]] : [])));
}

const words: Record<string, string> = {
  source_unfetchable: 'The source image could not be fetched.',
  source_too_large: 'The source image is too large: 10 MB and 4096 px a side at most.',
  source_too_small: 'The source image is too small: 256 px a side at least.',
  source_unsupported: 'This file is not a PNG, JPEG or WebP image.',
  vision_blocked: 'The image was refused when it was read.',
  vision_timeout: 'Reading the image took too long.',
  i2v_failed: 'The motion could not be made.',
  i2v_timeout: 'Making the motion took too long.',
  merge_failed: 'The loop could not be closed.',
  r2_write_failed: 'The clip could not be stored.',
  pipeline_stalled: 'The run stopped making progress and was ended.',
};

/** Refused requests whose own text is meant for programs. */
const refusals: Record<string, string> = {
  origin_not_allowed: 'The image’s origin is not on this project’s list of allowed origins.',
  cross_origin: 'This page was opened under another address than the server’s own.',
};

/** A first word with a dot in it is a host or a file, whose name stays as it is. */
const upperFirst = (text: string) => (/^[^\s.]+\.\S/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
export function sentence(text: string) {
  const trimmed = upperFirst(text.trim());
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** An asset's or generation's stored error ("code: text"), in words. */
export function explainStored(error: string): { title: string; detail: string | null } {
  const [, code = '', text = ''] = /^(\w+):\s*(.*)$/s.exec(error) ?? [];
  const known = words[code];
  if (!known) return { title: sentence(text || error), detail: null };
  return { title: known, detail: text ? sentence(text) : null };
}

/** What went wrong with a request, in words for the person who made it. */
export function explain(error: unknown): string {
  if (!(error instanceof RequestFailed)) return 'Something unexpected went wrong. Please try again.';
  if (error.status === 0) return 'The server could not be reached. Check the connection and try again.';
  if (error.code === 'rate_limited') {
    const seconds = Math.ceil((error.body.retry_after_ms ?? 1000) / 1000);
    return `Too many requests in a short time. Try again in ${seconds} s.`;
  }
  if (error.status >= 500) {
    const id = error.body.request_id;
    return `The server failed to answer. Try again${id ? `; if it stays, quote ${id}` : ''}.`;
  }
  const fields = Object.values(fieldErrors(error));
  if (fields.length > 0) return fields.join(' ');
  const detail = error.body.detail ? ` ${sentence(error.body.detail)}` : '';
  return (refusals[error.code] ?? sentence(error.message)) + detail;
}
