-- State of the embedded engine (inngest/engine). Knows nothing of the product's tables.

CREATE TABLE "engine_events" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "received_at" BIGINT NOT NULL,
    "dispatched" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "engine_events_pkey" PRIMARY KEY ("seq")
);
CREATE UNIQUE INDEX "engine_events_id_key" ON "engine_events"("id");
CREATE INDEX "engine_events_name_seq_idx" ON "engine_events"("name", "seq");
CREATE INDEX "engine_events_dispatched_seq_idx" ON "engine_events"("dispatched", "seq");
CREATE INDEX "engine_events_received_at_idx" ON "engine_events"("received_at");

CREATE TABLE "engine_runs" (
    "id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "function_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL,
    "started_at" BIGINT,
    "finished_at" BIGINT,
    "queue_at" BIGINT NOT NULL,
    "wake_at" BIGINT,
    "retry_at" BIGINT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "dirty" BOOLEAN NOT NULL DEFAULT false,
    "lease_owner" TEXT,
    "lease_until" BIGINT,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "takeovers" INTEGER NOT NULL DEFAULT 0,
    "limit_key1" TEXT,
    "limit1" INTEGER,
    "slot1" TEXT,
    "limit_key2" TEXT,
    "limit2" INTEGER,
    "slot2" TEXT,
    "start_by" BIGINT,
    "finish_within" BIGINT,
    "parent_run_id" TEXT,
    "parent_step_id" TEXT,
    "output" TEXT,
    "error" TEXT,

    CONSTRAINT "engine_runs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "engine_runs_status_check" CHECK ("status" IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT "engine_runs_lease_check" CHECK (("lease_owner" IS NULL) = ("lease_until" IS NULL)),
    CONSTRAINT "engine_runs_finished_check" CHECK (("finished_at" IS NOT NULL) = ("status" IN ('completed', 'failed', 'cancelled'))),
    CONSTRAINT "engine_runs_idle_check" CHECK ("status" = 'running' OR ("lease_owner" IS NULL AND "slot1" IS NULL AND "slot2" IS NULL)),
    CONSTRAINT "engine_runs_limit_check" CHECK (("limit_key1" IS NULL) = ("limit1" IS NULL) AND ("limit_key2" IS NULL) = ("limit2" IS NULL))
);
CREATE UNIQUE INDEX "engine_runs_slot1_key" ON "engine_runs"("slot1");
CREATE UNIQUE INDEX "engine_runs_slot2_key" ON "engine_runs"("slot2");
CREATE INDEX "engine_runs_status_wake_at_idx" ON "engine_runs"("status", "wake_at");
CREATE INDEX "engine_runs_status_queue_at_seq_idx" ON "engine_runs"("status", "queue_at", "seq");
CREATE INDEX "engine_runs_function_id_status_idx" ON "engine_runs"("function_id", "status");
CREATE INDEX "engine_runs_limit_key1_status_queue_at_seq_idx" ON "engine_runs"("limit_key1", "status", "queue_at", "seq");
CREATE INDEX "engine_runs_limit_key2_status_queue_at_seq_idx" ON "engine_runs"("limit_key2", "status", "queue_at", "seq");
CREATE INDEX "engine_runs_finished_at_idx" ON "engine_runs"("finished_at");

CREATE TABLE "engine_steps" (
    "run_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "due_at" BIGINT,
    "wait_event" TEXT,
    "wait_if" TEXT,
    "event_seq" BIGINT,
    "data" TEXT,
    "error" TEXT,
    "created_at" BIGINT NOT NULL,
    "done_seq" BIGSERIAL NOT NULL,

    CONSTRAINT "engine_steps_pkey" PRIMARY KEY ("run_id", "id"),
    CONSTRAINT "engine_steps_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "engine_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "engine_steps_status_check" CHECK ("status" IN ('planned', 'sleeping', 'waiting', 'invoked', 'done', 'failed')),
    CONSTRAINT "engine_steps_result_check" CHECK (("status" = 'done') = ("data" IS NOT NULL) AND ("status" = 'failed') = ("error" IS NOT NULL))
);
CREATE INDEX "engine_steps_wait_event_status_idx" ON "engine_steps"("wait_event", "status");

CREATE TABLE "engine_idempotency" (
    "function_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "expires_at" BIGINT NOT NULL,

    CONSTRAINT "engine_idempotency_pkey" PRIMARY KEY ("function_id", "key")
);
CREATE INDEX "engine_idempotency_expires_at_idx" ON "engine_idempotency"("expires_at");

CREATE TABLE "engine_crons" (
    "function_id" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "next_at" BIGINT NOT NULL,

    CONSTRAINT "engine_crons_pkey" PRIMARY KEY ("function_id", "cron")
);
