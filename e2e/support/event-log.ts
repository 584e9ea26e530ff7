import { request } from 'node:http';

export interface LoggedEvent {
  seq: number;
  type: string;
  generation: number;
}

const READ_MS = 30_000;

/** An asset's events from the first, as the stream gives them, until `enough` says so. */
export function readEvents(url: string, enough: (events: LoggedEvent[]) => boolean): Promise<LoggedEvent[]> {
  return new Promise((resolve, reject) => {
    const events: LoggedEvent[] = [];
    let text = '';
    const call = request(url, { headers: { 'Last-Event-ID': '0' } }, (answer) => {
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const frames = text.split('\n\n');
        text = frames.pop()!;
        for (const frame of frames) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
          if (!field('id')) continue;
          events.push({ seq: Number(field('id')), type: field('event')!, generation: (JSON.parse(field('data')!) as { generation: number }).generation });
        }
        if (!enough(events)) return;
        clearTimeout(timer);
        call.destroy();
        resolve(events);
      });
    });
    const timer = setTimeout(() => call.destroy(new Error(`not enough events: ${JSON.stringify(events)}`)), READ_MS);
    call.on('error', reject).end();
  });
}
