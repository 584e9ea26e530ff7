/** What an embed URL stands for, as its headers tell. */
export interface ClipState {
  /** `waiting`: the server is busy or away, it will be asked again; `error`: it has said no. */
  status: 'pending' | 'ready' | 'failed' | 'waiting' | 'error';
  /** 0 while there is no clip. */
  generation: number;
  mode: string;
  assetId: string;
  /** HTTP status; 0 without an answer. */
  code: number;
  /** When the server wants to be asked again, seconds; 0 when it didn't say. */
  retryAfter: number;
}

/** Reads the headers that the server exposes to scripts of other origins. */
export function readState({ status: code, headers }: Pick<Response, 'status' | 'headers'>): ClipState {
  const text = (name: string) => headers.get(name) ?? '';
  const assetId = text('X-Motioness-Asset-Id');
  const number = (name: string) => Number(text(name)) || 0;
  return {
    status: statusOf(code, assetId),
    generation: number('X-Motioness-Generation'),
    mode: text('X-Motioness-Mode') || 'loop',
    assetId,
    code,
    retryAfter: number('Retry-After'),
  };
}

function statusOf(code: number, assetId: string): ClipState['status'] {
  if (code === 200) return 'ready';
  if (code === 202) return 'pending';
  // 502 is the server's word for "tried, and failed"; a proxy whose server is away says it too, but names no asset.
  if (code === 502 && assetId) return 'failed';
  return code === 429 || code >= 500 ? 'waiting' : 'error';
}

/** Nobody answered. */
export const unreachable: ClipState = { status: 'waiting', generation: 0, mode: 'loop', assetId: '', code: 0, retryAfter: 0 };
