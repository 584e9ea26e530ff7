import { isTerminal, type PredictionRecord } from './types';

export interface BodyOptions {
  apiUrl: string;
  siteUrl: string;
  dataGone: boolean;
}

/**
 * A prediction as GET, create, cancel and webhooks show it. `webhook` is part of it: a delivery of 2025 that was recorded in
 * a public repository has it, and the reference says that a webhook's body is that of GET. Official models say `hidden`.
 */
export function predictionBody(record: PredictionRecord, { apiUrl, siteUrl, dataGone }: BodyOptions): Record<string, unknown> {
  const self = `${apiUrl}/predictions/${record.id}`;
  return {
    id: record.id,
    model: record.model.name,
    version: 'hidden',
    input: dataGone ? {} : record.input,
    logs: dataGone ? '' : record.logs,
    output: dataGone ? null : record.output,
    data_removed: dataGone,
    error: record.error,
    source: 'api',
    status: record.status,
    created_at: new Date(record.createdAt).toISOString(),
    ...(record.startedAt === undefined ? {} : { started_at: nanoseconds(record.startedAt) }),
    ...(record.endedAt === undefined ? {} : { completed_at: nanoseconds(record.endedAt) }),
    ...(record.deadline === null ? {} : { deadline: nanoseconds(record.deadline) }),
    ...(isTerminal(record.status) ? { metrics: metrics(record) } : {}),
    urls: {
      cancel: `${self}/cancel`,
      get: self,
      stream: `${siteUrl}/stream/v1/files/bcwr-${record.id}`,
      web: `${siteUrl}/p/${record.id}`,
    },
    ...(record.webhook === undefined ? {} : { webhook: record.webhook }),
  };
}

/**
 * As the list shows it: without logs and without the webhook. Its documented example has neither; whether the real list
 * holds the webhook back could not be found out, so nobody here shall rely on it.
 */
export function listedBody(record: PredictionRecord, options: BodyOptions): Record<string, unknown> {
  const { logs: _, webhook: _webhook, ...body } = predictionBody(record, options);
  return body;
}

/** The worker's times have nine digits after the second, which Date.parse cuts. */
const nanoseconds = (ms: number) => new Date(ms).toISOString().replace('Z', '000000Z');

function metrics({ createdAt, startedAt, endedAt }: PredictionRecord) {
  const seconds = (from: number | undefined) => (from === undefined ? 0 : (endedAt! - from) / 1000);
  return { predict_time: seconds(startedAt), total_time: seconds(createdAt) };
}
