import type { Tx } from '../database/database';

/** Takes the asset's row for the rest of the transaction. @returns whether there is such an asset. */
export async function lockAsset(tx: Tx, assetId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM assets WHERE id = ${assetId} FOR UPDATE`;
  return rows.length > 0;
}
