import Replicate from 'replicate';
import sharp from 'sharp';
import { makeStandIn, type StandInOptions } from './stand-in';

export const WAN = 'wan-video/wan-2.2-i2v-fast';
export const HOOK = 'https://app.test/api/hooks/replicate';

/** A moment with whole seconds, so that figures in assertions are. */
export const START = Date.UTC(2026, 0, 15, 12);

export const picture = () => sharp({ create: { width: 320, height: 180, channels: 3, background: '#336699' } }).jpeg().toBuffer();

/** A stand-in on a clock that is set by hand, with the real client before it and a receiver of webhooks behind it. */
export function makeWorld(options: StandInOptions = {}) {
  const clock = { at: START, now: () => clock.at };
  const received: { request: Request; body: string }[] = [];
  const receiver = { answer: (): Response | Promise<Response> => new Response(null, { status: 200 }) };
  const standIn = makeStandIn({
    clock,
    deliver: async (request) => {
      received.push({ request, body: await request.clone().text() });
      return receiver.answer();
    },
    ...options,
  });
  const client = new Replicate({ auth: standIn.token, baseUrl: standIn.apiUrl, fetch: standIn.fetch });
  const pass = (ms: number) => {
    clock.at += ms;
    return standIn.tick();
  };
  const create = async (more: object = {}, input: object = {}) =>
    client.predictions.create({ model: WAN, input: { image: await picture(), prompt: 'waves', ...input }, ...more });
  const output = async (id: string) => standIn.fetch(String((await client.predictions.get(id)).output));
  return { clock, standIn, client, received, receiver, pass, create, output };
}

/** What a call of the client was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; headers: Headers; body: any }> {
  const error: any = await call.then(
    () => {
      throw new Error('it was not refused');
    },
    (thrown: unknown) => thrown,
  );
  if (!error.response) throw error as Error;
  const { status, headers } = error.response as Response;
  const text = String(error.message);
  return { status, headers, body: JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) };
}
