import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { transaction } from '@/lib/database/transaction';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { addMessage, type Message } from './add-message';
import { relayBatch, startRelay } from './relay';

let rt: TestRuntime;
beforeAll(async () => void (rt = await makeTestRuntime()));
beforeEach(() => rt.db.outboxMessage.deleteMany());
afterAll(() => rt.close());

const add = (key: string, delayMs = 0) =>
  transaction(rt, (tx, wake) => addMessage(tx, wake, key, { kind: 'objects.delete', keys: [key] }, rt.clock.now() + delayMs));

function carrier(work: (message: Message) => Promise<void> = async () => {}) {
  const carried: string[] = [];
  return { carried, carry: async (_: unknown, message: Message) => work(message).then(() => void carried.push((message as { keys: string[] }).keys[0]!)) };
}

describe('the outbox', () => {
  it('carries what was committed, once, when it is due', async () => {
    const { carried, carry } = carrier();
    await add('now');
    await add('now');
    await add('later', 1000);
    expect(await relayBatch(rt, carry)).toBe(1);
    expect(await relayBatch(rt, carry)).toBe(0);
    rt.clock.advance(1000);
    await relayBatch(rt, carry);
    expect(carried).toEqual(['now', 'later']);
  });

  it('forgets what was rolled back', async () => {
    const { carried, carry } = carrier();
    await transaction(rt, async (tx, wake) => {
      await addMessage(tx, wake, 'gone', { kind: 'objects.delete', keys: ['gone'] }, rt.clock.now());
      throw new Error('roll back');
    }).catch(() => {});
    await relayBatch(rt, carry);
    expect(carried).toEqual([]);
  });

  it('tries a failed message again, later each time, until it is carried', async () => {
    let tries = 0;
    const { carried, carry } = carrier(async () => {
      tries += 1;
      if (tries < 3) throw new Error('the edge is down');
    });
    await add('stubborn');
    await relayBatch(rt, carry);
    expect(await relayBatch(rt, carry)).toBe(0);
    expect(await rt.db.outboxMessage.findFirst()).toMatchObject({ attempts: 1, lastError: 'Error: the edge is down' });
    rt.clock.advance(500);
    await relayBatch(rt, carry);
    rt.clock.advance(1_000);
    await relayBatch(rt, carry);
    expect(carried).toEqual(['stubborn']);
  });

  it('takes over what a dead process had taken, after its lease', async () => {
    await add('left');
    void relayBatch(rt, () => new Promise(() => {}));
    const { carried, carry } = carrier();
    await expect.poll(async () => (await rt.db.outboxMessage.findFirst())?.leasedUntil).not.toBeNull();
    expect(await relayBatch(rt, carry)).toBe(0);
    rt.clock.advance(60_000);
    await relayBatch(rt, carry);
    expect(carried).toEqual(['left']);
  });

  it('is woken by the commit, without waiting for its own look', async () => {
    const { carried, carry } = carrier();
    const relay = startRelay(rt, carry);
    await add('woken');
    await expect.poll(() => carried).toEqual(['woken']);
    await relay.stop();
  });
});
