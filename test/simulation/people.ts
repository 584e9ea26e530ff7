import sharp from 'sharp';
import type { Ground } from './database/open';
import type { Setup } from './history';
import { monthOf } from './model';
import type { MemoryStorage } from './memory-storage';

/** Who makes the calls of a history. */
export interface People {
  ownerId: string;
  email: string;
  projectId: string;
  /** Has an account, and nothing in it. */
  strangerId: string;
  /** Keys of the owner's uploads. */
  uploads: string[];
}

const SQL = `WITH owner AS (INSERT INTO users (id, email, name, tier) VALUES ($1, $1 || '@example.com', 'Ada', $2), ($1 || 'x', $1 || 'x@example.com', 'Bob', 'team')),
  project AS (INSERT INTO projects (id, owner_id, name, proxy_key, overage_enabled, overage_cap) VALUES ($3, $1, 'Project', $3, $4::boolean, $5::int)),
  files AS (INSERT INTO uploads (key, user_id, name, content_type, bytes, width, height) SELECT unnest($6::text[]), $1, 'picture.png', 'image/png', 1, 256, 256),
  months AS (INSERT INTO monthly_usage (user_id, month, used, charged) VALUES ($1, $7, $8::int, $8::int), ($1, $9, $10::int, $10::int))
  SELECT 'made'::text`;

let picture: Promise<Buffer> | undefined;

/** An owner with a project and two uploads, on the plan and with the months' counts that the setup says. */
export async function settlePeople(ground: Ground, storage: MemoryStorage, setup: Setup, name: string): Promise<People> {
  picture ??= sharp({ create: { width: 256, height: 256, channels: 3, background: '#3a6ea5' } }).png().toBuffer();
  const ownerId = `usr_${name}`;
  const uploads = [`${ownerId}/a.png`, `${ownerId}/b.png`];
  for (const key of uploads) await storage.put(`uploads/${key}`, await picture);
  const [first, next] = setup.used;
  await ground.look(SQL, [
    ownerId, setup.tier, `prj_${name}`, setup.overage, setup.cap, uploads,
    monthOf(setup.startMs), first, nextMonthOf(setup.startMs), next,
  ]);
  return { ownerId, email: `${ownerId}@example.com`, projectId: `prj_${name}`, strangerId: `${ownerId}x`, uploads };
}

export function nextMonthOf(ms: number): string {
  const at = new Date(ms);
  return monthOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}
