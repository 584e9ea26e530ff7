-- Calls of hosted models, the reconciler's notes, and the end of a column nothing used.
-- AlterTable
ALTER TABLE "generations" DROP COLUMN "cancel_asked",
ADD COLUMN     "dispatches" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "seen_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "predictions" (
    "id" TEXT NOT NULL,
    "generation_id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "try" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "replicate_id" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "predictions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "predictions_replicate_id_key" ON "predictions"("replicate_id");

-- CreateIndex
CREATE INDEX "predictions_ended_at_created_at_idx" ON "predictions"("ended_at", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "predictions_generation_id_stage_try_key" ON "predictions"("generation_id", "stage", "try");

ALTER TABLE "predictions"
  ADD CONSTRAINT "predictions_stage" CHECK ("stage" IN ('vision', 'single', 'stage1', 'stage2')),
  ADD CONSTRAINT "predictions_outcome" CHECK ("outcome" IN ('succeeded', 'failed', 'interrupted', 'canceled')),
  ADD CONSTRAINT "predictions_ended" CHECK (("ended_at" IS NULL) = ("outcome" IS NULL));

-- Never two calls at once for one stage, whoever asks.
CREATE UNIQUE INDEX "predictions_one_open" ON "predictions" ("generation_id", "stage") WHERE "ended_at" IS NULL;
