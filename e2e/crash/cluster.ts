import type { Server } from '../support/processes';
import type { Dice } from './dice';
import type { RunControl } from './run-control';

export interface Call {
  path: string;
  method?: string;
  cookie?: string;
  json?: object;
  body?: FormData;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
}

const UP_MS = 90_000;
const CALL_MS = 30_000;

/** The servers of one database, as a caller behind no load balancer sees them. */
export class Cluster {
  constructor(
    readonly servers: Server[],
    readonly run: RunControl,
  ) {}

  /** A server that listens now, waited for if need be. */
  async anyUp(dice: Dice): Promise<Server> {
    await this.run.until('a server is up', () => this.servers.some((server) => server.up), UP_MS, 5);
    return dice.pick(this.servers.filter((server) => server.up));
  }

  /**
   * One call to one server.
   * @returns null when the server was killed before the whole answer was there. @throws when it lived and did not answer
   */
  async call(server: Server, { path, method = 'GET', cookie, json, body, headers = {} }: Call): Promise<Answer | null> {
    const { lives } = server;
    if (!server.up) return null;
    try {
      const answer = await fetch(server.url + path, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(cookie ? { Cookie: cookie } : {}), ...(json ? { 'Content-Type': 'application/json' } : {}) },
        body: json ? JSON.stringify(json) : body,
        signal: AbortSignal.timeout(CALL_MS),
      });
      return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
    } catch (error) {
      this.run.check();
      if (!server.up || server.lives !== lives) return null;
      throw new Error(`${method} ${path} got no answer from a server that was up`, { cause: error });
    }
  }

  /** Calls one server after the other until one answers, as a caller does that knows its call may be repeated. */
  async insist(dice: Dice, call: Call): Promise<Answer> {
    for (;;) {
      const answer = await this.call(await this.anyUp(dice), call);
      if (answer) return answer;
    }
  }
}

export const textOf = (answer: Answer) => answer.body.toString('utf8');
export const jsonOf = <T>(answer: Answer) => JSON.parse(textOf(answer)) as T;

/** The answer's JSON. @throws when its status is another one */
export function expectJson<T>(answer: Answer, status: number, what: string): T {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} instead of ${status}: ${textOf(answer).slice(0, 500)}`);
  return jsonOf<T>(answer);
}
