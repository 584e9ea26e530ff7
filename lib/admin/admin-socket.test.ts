import { statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { createAccount } from '../auth/sign-up';
import { adminSocketPath, askServer, startAdminSocket } from './admin-socket';

let rt: TestRuntime;
let socket: Awaited<ReturnType<typeof startAdminSocket>>;
const ask = (...command: string[]) => askServer(rt.env.DATA_DIR, command);

beforeAll(async () => {
  rt = await makeTestRuntime();
  await createAccount(rt, { email: 'ada@example.com', name: 'Ada', passwordHash: null });
  // What a killed server leaves behind must not be in the way.
  writeFileSync(adminSocketPath(rt.env.DATA_DIR), '');
  socket = await startAdminSocket(rt);
});
afterAll(async () => {
  await socket.close();
  await rt.close();
});

describe('the admin socket', () => {
  it('changes a plan at once', async () => {
    expect(await ask('set-tier', 'Ada@Example.com', 'team')).toEqual({ lines: ['ada@example.com is team now: 500 generations a month'] });
    expect(await rt.db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })).toMatchObject({ tier: 'team' });
    expect(await ask('list-users')).toEqual({ lines: ['ada@example.com  team  0 of 500 in 2026-10'] });
  });

  it.each([
    [['set-tier', 'ada@example.com', 'gold'], 'usage: set-tier EMAIL free|pro|team'],
    [['set-tier', 'nobody@example.com', 'pro'], 'there is no account nobody@example.com'],
    [['set-tier', 'no\u0000body', 'pro'], 'there is no account'],
    [['constructor'], 'unknown command constructor'],
    [[], 'there are:'],
  ])('refuses %j in words', async (command, words) => {
    expect(await ask(...command)).toEqual({ error: expect.stringContaining(words) as string });
  });

  it('is for the account of the server only', () => {
    expect(statSync(adminSocketPath(rt.env.DATA_DIR)).mode & 0o777).toBe(0o600);
  });

  it('survives garbage and a flood', async () => {
    for (const bytes of ['{"command":1}\n', 'not json\n', 'x'.repeat(100_000)]) {
      await new Promise<void>((resolve) => {
        const socket = net.connect(adminSocketPath(rt.env.DATA_DIR), () => socket.write(bytes));
        socket.on('error', () => {}).on('close', () => resolve());
        socket.resume();
      });
    }
    expect(await ask('list-users')).toHaveProperty('lines');
  });

  it('leaves a second server of the folder to the first, and is gone when closed', async () => {
    const second = await startAdminSocket(rt);
    await second.close();
    expect(await ask('list-users')).toHaveProperty('lines');
    expect(await askServer(path.join(rt.env.DATA_DIR, 'elsewhere'), ['list-users'])).toBeNull();
  });

  it('finds room for a folder whose name is longer than a socket may be', () => {
    expect(Buffer.byteLength(adminSocketPath(`/tmp/${'long/'.repeat(60)}`))).toBeLessThan(104);
  });
});
