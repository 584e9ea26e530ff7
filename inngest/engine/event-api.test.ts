import { describe, expect, it } from 'vitest';
import { eventApi } from './event-api';
import { prepareEvent } from './plan-runs';
import { EventError, type EventPayload } from './types';

describe('the Event API', () => {
  const sent: { events: EventPayload[]; seed?: string }[] = [];
  const fetch = eventApi(async (events, seed) => {
    if (events.some((event) => event.name === '')) throw new EventError('an event needs a name');
    if (events.some((event) => event.name === 'down')) throw new Error('no database');
    sent.push({ events, seed });
    return { ids: events.map((_, n) => `id${n}`) };
  });
  const post = async (body: string, headers = {}): Promise<[number, unknown]> => {
    const res = await fetch('http://engine.invalid/e/key', { method: 'POST', body, headers });
    return [res.status, await res.json()];
  };

  it('takes one event or a list, and answers with their ids', async () => {
    expect(await post('{"name":"a"}')).toEqual([200, { ids: ['id0'], status: 200 }]);
    expect(await post('[{"name":"a"},{"name":"b"}]', { 'x-inngest-event-id-seed': 's' })).toEqual([200, { ids: ['id0', 'id1'], status: 200 }]);
    expect(sent.at(-1)).toEqual({ events: [{ name: 'a' }, { name: 'b' }], seed: 's' });
  });

  it('answers what is wrong with an event, and when it could not be kept', async () => {
    expect(await post('{"name":""}')).toEqual([400, { error: 'an event needs a name', status: 400 }]);
    expect(await post('{')).toMatchObject([400, {}]);
    expect(await post('{"name":"down"}')).toEqual([500, { error: 'no database', status: 500 }]);
  });

  it('says by name what it does not serve', async () => {
    const res = await fetch(new Request('http://engine.invalid/v1/signals', { method: 'POST', body: '{}' }));
    expect([res.status, await res.json()]).toEqual([501, { error: 'the embedded engine does not serve POST /v1/signals', status: 501 }]);
  });

  it('gives an event its id, time and data', () => {
    expect(prepareEvent({ name: 'a' }, 5, 'x').value).toEqual({ id: 'x', name: 'a', ts: 5, data: {} });
    expect(() => prepareEvent({ name: '' }, 5)).toThrow('an event needs a name');
  });
});
