import { replicateApi, type ReplicateApi } from '@/lib/generation/replicate/replicate-api';
import { CALL_LIMIT_MS } from '@/lib/generation/replicate/replicate-fetch';
import { SafeFetchError } from '@/lib/http/safe-fetch-error';
import { connectionReset } from '../replicate/faults';
import type { StandIn } from '../replicate/stand-in';
import type { Task } from './task';
import type { Troubles } from './troubles';

/** How a prediction came to be made. */
export interface Making {
  /** From the note in the database to the call: a process may have been stopped in between. */
  lateMs: number;
  by: Task;
  /** Its maker never got the answer. */
  lost: boolean;
}

interface Service {
  standIn: StandIn;
  troubles: Troubles;
  /** By the prediction's id at the service. */
  makings: Map<string, Making>;
}

/** The real client of Replicate, as one task uses it. */
export function servicePort({ standIn, troubles, makings }: Service, task: Task): ReplicateApi {
  async function call(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const point = request.method === 'POST' && request.url.endsWith('/predictions') ? 'create' : 'call';
    const how = troubles.onCall(request.method, new URL(request.url).pathname);
    if (how === 'broken') return task.io(point, async () => new Response('out of order', { status: 503 }));
    const answer = how === 'reset' || how === 'hangs' ? undefined : await task.io(point, () => made(request, how !== undefined));
    if (how === 'hangs' || how === 'hangs late') {
      await task.sleep(CALL_LIMIT_MS);
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    }
    if (how === 'reset' || how === 'lost') throw connectionReset();
    return answer!;
  }

  async function made(request: Request, lost: boolean): Promise<Response> {
    const before = standIn.count();
    const lateMs = task.sinceWriting();
    const answer = await standIn.fetch(request);
    for (const { id } of standIn.predictions().slice(before)) makings.set(id, { lateMs, by: task, lost });
    return answer;
  }

  return replicateApi({
    token: standIn.token,
    baseUrl: standIn.apiUrl,
    webhookSecret: standIn.webhookSecret,
    fetch: call as typeof fetch,
    download: async (url) => {
      const answer = await call(url).catch((cause: unknown) => {
        throw new SafeFetchError('network', 'the connection broke', { cause });
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: new Uint8Array(await answer.arrayBuffer()), url };
    },
  });
}
