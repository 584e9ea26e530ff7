import { monthOf } from '../clock';
import { emailSchema } from '../auth/account-schema';
import { plans, planOf, type Tier } from '../quota/plans';
import type { Runtime } from '../runtime';

export type AdminRuntime = Pick<Runtime, 'db' | 'clock'>;

/** A command that cannot be carried out as it was given; the message is meant for whoever typed it. */
export class CommandError extends Error {
  override name = 'CommandError';
}

interface Command {
  usage: string;
  what: string;
  run(rt: AdminRuntime, args: string[]): Promise<string[]>;
}

const commands: Record<string, Command> = {
  'set-tier': { usage: 'set-tier EMAIL free|pro|team', what: 'moves an account to another plan', run: setTier },
  'list-users': { usage: 'list-users', what: 'accounts with their plan and the running month', run: listUsers },
};

export const usage = Object.values(commands)
  .map((command) => `  ${command.usage.padEnd(32)}${command.what}`)
  .join('\n');

/**
 * Carries out one command of the operator's.
 * @returns the lines to print. @throws CommandError
 */
export async function runCommand(rt: AdminRuntime, [name = '', ...args]: string[]): Promise<string[]> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandError(`${name ? `unknown command ${name}; there` : 'there'} are:\n${usage}`);
  return command.run(rt, args);
}

const isTier = (text: string): text is Tier => Object.hasOwn(plans, text);

async function setTier({ db }: AdminRuntime, [given = '', tier = '', ...more]: string[]): Promise<string[]> {
  if (!isTier(tier) || more.length > 0) throw new CommandError(`usage: ${commands['set-tier']!.usage}`);
  const email = emailSchema.safeParse(given);
  const { count } = email.success ? await db.user.updateMany({ where: { email: email.data }, data: { tier } }) : { count: 0 };
  if (count === 0) throw new CommandError(`there is no account ${given}`);
  return [`${email.data} is ${tier} now: ${planOf(tier).monthlyLimit} generations a month`];
}

async function listUsers({ db, clock }: AdminRuntime): Promise<string[]> {
  const month = monthOf(clock.now());
  const users = await db.user.findMany({
    orderBy: { createdAt: 'asc' },
    select: { email: true, tier: true, usage: { where: { month }, select: { used: true } } },
  });
  return users.map(({ email, tier, usage: [used] }) => `${email}  ${tier}  ${used?.used ?? 0} of ${planOf(tier).monthlyLimit} in ${month}`);
}
