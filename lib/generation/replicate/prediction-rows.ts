import { lockAsset } from '../../assets/lock-asset';
import type { Prisma } from '../../database/database';
import { transaction } from '../../database/transaction';
import type { Runtime } from '../../runtime';

export type PredictionStage = 'vision' | 'single' | 'stage1' | 'stage2';
/** interrupted: the service failed and asks to try again; only after that may a stage have another prediction. */
export type Outcome = 'succeeded' | 'failed' | 'interrupted' | 'canceled';
export type PredictionRow = NonNullable<Awaited<ReturnType<typeof latestPrediction>>>;

/** What is sent. `image` is a file uploaded for this call alone: it tells the call from any other. */
export type PredictionInput = { image: string } & Record<string, string | number | boolean>;

type Rows = Pick<Runtime, 'db' | 'clock'>;

export function latestPrediction(rt: Rows, generationId: string, stage: PredictionStage) {
  return rt.db.prediction.findFirst({ where: { generationId, stage }, orderBy: { try: 'desc' } });
}

/**
 * Notes that a call is about to be made: from here on there may be a prediction.
 * @returns null when the generation has ended meanwhile, or when another run of it has noted the same call.
 */
export async function notePrediction(
  rt: Rows & Pick<Runtime, 'bus'>,
  call: { generationId: string; stage: PredictionStage; model: string; input: PredictionInput },
): Promise<PredictionRow | null> {
  const { generationId, stage } = call;
  return transaction(rt, async (tx) => {
    const found = await tx.generation.findUnique({ where: { id: generationId }, select: { assetId: true } });
    if (!found || !(await lockAsset(tx, found.assetId))) return null;
    const generation = await tx.generation.findUnique({ where: { id: generationId }, select: { status: true } });
    if (generation?.status !== 'running') return null;
    const earlier = await tx.prediction.findMany({ where: { generationId, stage }, select: { outcome: true } });
    if (earlier.some(({ outcome }) => outcome !== 'interrupted')) return null;
    const now = new Date(rt.clock.now());
    const number = earlier.length + 1;
    const input = call.input as Prisma.InputJsonObject;
    return tx.prediction.create({ data: { ...call, input, id: `${generationId}/${stage}/${number}`, try: number, askedAt: now, createdAt: now } });
  });
}

/**
 * Takes the right to make the call again after an answer was lost and the service has no trace of it.
 * @returns null when somebody else has taken it.
 */
export async function askAgain(rt: Rows, row: PredictionRow): Promise<PredictionRow | null> {
  const askedAt = new Date(rt.clock.now());
  const { count } = await rt.db.prediction.updateMany({
    where: { id: row.id, askedAt: row.askedAt, replicateId: null, endedAt: null },
    data: { askedAt },
  });
  return count === 1 ? { ...row, askedAt } : null;
}

/** Notes the service's id. @returns false when the row is gone, or has another prediction: this one is nobody's. */
export async function noteMade(rt: Rows, rowId: string, replicateId: string): Promise<boolean> {
  const { count } = await rt.db.prediction.updateMany({
    where: { id: rowId, OR: [{ replicateId: null }, { replicateId }] },
    data: { replicateId },
  });
  return count === 1;
}

export async function noteEnded(rt: Rows, rowId: string, outcome: Outcome): Promise<void> {
  await rt.db.prediction.updateMany({ where: { id: rowId, endedAt: null }, data: { endedAt: new Date(rt.clock.now()), outcome } });
}

/** Nothing was made of this call. */
export async function forget(rt: Rows, row: PredictionRow): Promise<void> {
  await rt.db.prediction.deleteMany({ where: { id: row.id, askedAt: row.askedAt, replicateId: null } });
}

/** Rows of ended calls are kept a week, for whoever asks what happened. */
export async function deleteOldPredictions(rt: Rows): Promise<void> {
  await rt.db.prediction.deleteMany({ where: { endedAt: { lt: new Date(rt.clock.now() - 7 * 86_400_000) } } });
}
