import { PipelineError, type PipelineCode } from '../pipeline-error';
import type { Ended } from './advance-prediction';
import { failureKind } from './prediction-failure';
import { isReplicateError, type ReplicateError } from './replicate-error';

/** A failed call in the pipeline's words. What the service says to us (token, credit) is for the log, not for clients. */
export function callFailed(code: PipelineCode, error: unknown): unknown {
  if (!isReplicateError(error)) return error;
  const transient = error.kind === 'lost' || error.kind === 'busy';
  return new PipelineError(code, transient ? 'the model service does not answer' : refusal(error), transient, { cause: error });
}

function refusal({ status, message }: ReplicateError): string {
  if (status === 401 || status === 403) return 'the model service refused our access (REPLICATE_API_TOKEN)';
  if (status === 402) return 'the account at the model service is out of credit';
  return status === 422 ? `the model refused the input: ${message.slice(0, 200)}` : 'the model service refused the call';
}

/** A prediction that ended without a result. @returns what to throw; interrupted ones are worth another try */
export function predictionFailed(codes: { refused: PipelineCode; failed: PipelineCode }, { prediction, outcome }: Ended): PipelineError {
  const said = typeof prediction.error === 'string' ? prediction.error.slice(0, 200) : '';
  if (outcome === 'canceled') return new PipelineError(codes.failed, 'the prediction was cancelled at the model service');
  if (outcome === 'interrupted') return new PipelineError(codes.failed, `the model service was interrupted: ${said}`, true);
  if (failureKind(prediction.error) === 'refused') return new PipelineError(codes.refused, `the model refused the picture or the prompt: ${said}`);
  return new PipelineError(codes.failed, said ? `the model failed: ${said}` : 'the model failed');
}
