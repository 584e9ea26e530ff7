import type { Prisma, PrismaClient } from '../generated/prisma/client';

export type Database = PrismaClient;
/** What runs inside `db.$transaction(async (tx) => …)`; also satisfied by the client itself. */
export type Tx = Prisma.TransactionClient;
export { Prisma } from '../generated/prisma/client';
