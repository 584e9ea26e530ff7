export type RenderErrorCode =
  | 'source_unsupported'
  | 'clip_unsupported'
  | 'invalid_job'
  | 'cancelled'
  | 'renderer_crashed'
  | 'renderer_closed'
  | 'render_failed';

/** Every failure of the renderer. Match on `code`: class identity doesn't survive duplicated modules. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  constructor(
    readonly code: RenderErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Is this a renderer failure, whichever copy of the module made it? */
export function isRenderError(error: unknown): error is RenderError {
  return error instanceof Error && error.name === 'RenderError' && 'code' in error;
}
