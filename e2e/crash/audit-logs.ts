import { stripVTControlCharacters } from 'node:util';
import type { Server } from '../support/processes';

const ERROR = 50;

interface Line {
  level: number;
  msg: string;
}

/** What servers print for people is indented; Next tells how long its configuration took. */
const FOR_PEOPLE = /^\s*$|^ {2}|^✓ Running next\.config\.mjs took /;

function parse(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/** Lines of an output, but the last one: kill -9 cuts it anywhere. */
const wholeLines = (output: string) => stripVTControlCharacters(output).split('\n').slice(0, -1);

/** Lines that a healthy server does not write: errors, and anything that does not come from our own log. */
export function auditLogs(servers: Server[]): string[] {
  return servers.flatMap((server) =>
    server.outputs.flatMap((output) =>
      wholeLines(output).filter((text) => {
        const line = parse(text);
        return line ? line.level >= ERROR : !FOR_PEOPLE.test(text);
      }),
    ),
  );
}

/** How often each warning came, for the report. */
export function countWarnings(servers: Server[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of servers.flatMap((server) => server.outputs.flatMap(wholeLines)).map(parse)) {
    if (line && line.level < ERROR) counts[line.msg] = (counts[line.msg] ?? 0) + 1;
  }
  return counts;
}
