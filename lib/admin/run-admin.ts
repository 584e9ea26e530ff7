import { systemClock } from '../clock';
import { openDatabase } from '../database/open-database';
import { readEnv } from '../env';
import { askServer, type AdminAnswer } from './admin-socket';
import { CommandError, runCommand } from './commands';

/** Carries a command out through the running server, or on the database itself when none runs. */
export async function runAdmin(command: string[]): Promise<AdminAnswer> {
  const env = readEnv();
  const answered = await askServer(env.DATA_DIR, command);
  if (answered) return answered;
  const { db, close } = await openDatabase({ url: env.DATABASE_URL, folder: env.DATA_DIR });
  try {
    return { lines: await runCommand({ db, clock: systemClock }, command) };
  } catch (error) {
    if (error instanceof CommandError) return { error: error.message };
    throw error;
  } finally {
    await close();
  }
}
