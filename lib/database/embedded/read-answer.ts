import { messages } from '@electric-sql/pglite';

export interface Answer {
  rows: Array<Array<string | null>>;
  /** Of the result, or of the parameters where those were asked for. */
  columns: Array<{ name: string; dataTypeID: number }>;
  parameters: number[];
  affected: number;
}

/**
 * Reads what PostgreSQL answers (its documentation, "Message Formats"), text format only. PGlite's own parser takes
 * twice as long, and wide rows are most of what a simulation reads.
 * @throws DatabaseError for an ErrorResponse
 */
export function readAnswer(raw: Uint8Array): Answer {
  const view = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const answer: Answer = { rows: [], columns: [], parameters: [], affected: 0 };
  for (let at = 0; at < view.length; ) {
    const kind = view[at]!;
    const end = at + 1 + view.readInt32BE(at + 1);
    const body = at + 5;
    if (kind === 0x44) answer.rows.push(dataRow(view, body));
    else if (kind === 0x43) answer.affected = Number(/(\d+)\0$/.exec(view.toString('latin1', body, end))?.[1] ?? 0);
    else if (kind === 0x54) answer.columns = rowDescription(view, body);
    else if (kind === 0x74) answer.parameters = Array.from({ length: view.readInt16BE(body) }, (_, i) => view.readInt32BE(body + 2 + 4 * i));
    else if (kind === 0x45) throw databaseError(view, body, end);
    at = end;
  }
  return answer;
}

function dataRow(view: Buffer, at: number): Array<string | null> {
  const row = new Array<string | null>(view.readInt16BE(at));
  at += 2;
  for (let i = 0; i < row.length; i += 1) {
    const length = view.readInt32BE(at);
    at += 4;
    row[i] = length < 0 ? null : view.toString('utf8', at, at + length);
    at += Math.max(0, length);
  }
  return row;
}

function rowDescription(view: Buffer, at: number): Answer['columns'] {
  const columns: Answer['columns'] = [];
  for (let left = view.readInt16BE(at), next = at + 2; left > 0; left -= 1) {
    const end = view.indexOf(0, next);
    columns.push({ name: view.toString('utf8', next, end), dataTypeID: view.readInt32BE(end + 7) });
    next = end + 19;
  }
  return columns;
}

function databaseError(view: Buffer, at: number, end: number): Error {
  const fields: Record<string, string> = {};
  for (const field of view.toString('utf8', at, end).split('\0')) if (field) fields[field[0]!] = field.slice(1);
  const error = new messages.DatabaseError(fields.M ?? 'unknown', end - at, 'error');
  return Object.assign(error, { severity: fields.S, code: fields.C, detail: fields.D, constraint: fields.n, table: fields.t });
}
