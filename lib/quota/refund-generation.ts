import type { Tx } from '../database/database';

/**
 * Gives a generation's unit back to the month it was taken from, once, inside the transaction that ends it. Which call
 * refunds is decided by the generation's own row.
 * @returns whether this call gave it back.
 */
export async function refundGeneration(tx: Tx, generationId: string): Promise<boolean> {
  const refunded = await tx.$executeRaw`
    WITH refunded AS (
      UPDATE generations SET charge = 'refunded' WHERE id = ${generationId} AND charge = 'charged'
      RETURNING charged_user_id, charged_month
    )
    UPDATE monthly_usage AS u SET used = used - 1, refunded = u.refunded + 1
    FROM refunded r WHERE u.user_id = r.charged_user_id AND u.month = r.charged_month`;
  return refunded === 1;
}
