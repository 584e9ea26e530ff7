import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { findEmbed } from '@/lib/delivery/find-embed';
import { parseEmbed } from '@/lib/delivery/parse-embed';
import { furnish } from '@/lib/delivery/test-world';
import { assetId } from '@/lib/assets/asset-id';
import { findPostgres, startPostgres } from '@/scripts/checks/postgres.mjs';
import { makeTestRuntime } from '@/test/support/test-runtime';
import { median } from './load';

const LOOKS = 2_000;
const ROUNDS = 5;

/** Copies the one asset there is until there are so many; those that are looked up have the ids of real URLs. */
async function fill(url: string, project: { id: string }, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await copy(client, project, from, to);
  } finally {
    await client.end();
  }
}

async function copy(client: pg.Client, project: { id: string }, from: number, to: number): Promise<void> {
  const columns = async (table: string, changed: Record<string, string>) => {
    const { rows } = await client.query<{ name: string }>(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${table}' AND table_schema = 'public'`);
    return { names: rows.map(({ name }) => `"${name}"`).join(', '), values: rows.map(({ name }) => changed[name] ?? `t."${name}"`).join(', ') };
  };
  const ids = Array.from({ length: to - from }, (_, i) => assetId(project.id, `https://acme.com/${from + i}.png`, {}));
  await client.query('CREATE TEMP TABLE fresh (id text)');
  for (let at = 0; at < ids.length; at += 50_000) await client.query('INSERT INTO fresh SELECT unnest($1::text[])', [ids.slice(at, at + 50_000)]);
  const assets = await columns('assets', { id: 'f.id', current_generation_id: 'NULL', ready_at: 'NULL', edge_live_at: 'NULL', status: "'pending'" });
  await client.query(`INSERT INTO assets (${assets.names}) SELECT ${assets.values} FROM fresh f, (SELECT * FROM assets WHERE current_generation_id IS NOT NULL LIMIT 1) t`);
  const generations = await columns('generations', { id: `'gen_' || f.id`, asset_id: 'f.id' });
  await client.query(`INSERT INTO generations (${generations.names}) SELECT ${generations.values} FROM fresh f, (SELECT * FROM generations LIMIT 1) t`);
  await client.query(`UPDATE assets SET current_generation_id = 'gen_' || id, ready_at = now(), status = 'ready' WHERE id IN (SELECT id FROM fresh)`);
  await client.query('DROP TABLE fresh');
  await client.query('VACUUM ANALYZE assets, generations');
}

/** What it costs to look up an embed URL that nobody has asked for yet, ms at the median, with few assets and with many. */
export async function lookup(): Promise<Record<string, string>> {
  const bin = findPostgres();
  if (!bin) return { lookup: 'skipped: no PostgreSQL on this machine' };
  const server = await startPostgres(bin);
  process.env.TEST_DATABASE_URL = server.url;
  const rt = await makeTestRuntime();
  try {
    const { url } = (await rt.db.$queryRaw<[{ url: string }]>`SELECT current_database() AS url`)[0];
    const database = new URL(server.url);
    database.pathname = `/${url}`;
    const world = await furnish(rt);
    await world.finish(await world.mint('https://acme.com/first.png'), Buffer.from('clip'));
    const look = async (assets: number) => {
      const times: number[] = [];
      for (let i = 0; i < LOOKS; i++) {
        const wanted = parseEmbed(rt, new URL(`http://host${world.path(`acme.com/${Math.floor(Math.random() * assets)}.png.mp4`)}`), new Headers());
        const begun = performance.now();
        const { asset } = await findEmbed(rt, wanted);
        times.push(performance.now() - begun);
        if (!asset?.clip) throw new Error('an asset is not there');
      }
      return median(times);
    };
    const rounds = async (assets: number) => {
      await look(assets); // the server's own caches
      const medians: number[] = [];
      for (let round = 0; round < ROUNDS; round++) medians.push(await look(assets));
      return median(medians);
    };
    await fill(database.href, world.project, 0, 1_000);
    const few = await rounds(1_000);
    await fill(database.href, world.project, 1_000, 1_000_000);
    const many = await rounds(1_000_000);
    return { '1,000 assets': `${few.toFixed(3)} ms`, '1,000,000 assets': `${many.toFixed(3)} ms`, ratio: (many / few).toFixed(2) };
  } finally {
    delete process.env.TEST_DATABASE_URL;
    await rt.close();
    await server.stop();
  }
}
