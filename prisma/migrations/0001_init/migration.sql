-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "tier" TEXT NOT NULL DEFAULT 'free',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identities" (
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identities_pkey" PRIMARY KEY ("provider","provider_account_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "proxy_key" TEXT NOT NULL,
    "allowed_origins" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "public_variants" TEXT NOT NULL DEFAULT 'any',
    "mint_limit_per_minute" INTEGER NOT NULL DEFAULT 30,
    "default_motion" TEXT NOT NULL DEFAULT 'medium',
    "default_mode" TEXT NOT NULL DEFAULT 'loop',
    "default_dur_seconds" INTEGER NOT NULL DEFAULT 4,
    "overage_enabled" BOOLEAN NOT NULL DEFAULT false,
    "overage_cap" INTEGER,
    "brand" JSONB NOT NULL DEFAULT '{}',
    "brand_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "uploads" (
    "key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "assets" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "src" TEXT NOT NULL,
    "explicit_params" JSONB NOT NULL DEFAULT '{}',
    "minted_by" TEXT NOT NULL,
    "motion" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "dur_seconds" INTEGER NOT NULL,
    "seed" INTEGER,
    "aspect" TEXT NOT NULL,
    "prompt" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "error" TEXT,
    "generation_count" INTEGER NOT NULL DEFAULT 0,
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "current_generation_id" TEXT,
    "poster_key" TEXT,
    "blur_data_url" TEXT,
    "edge_live_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3),

    CONSTRAINT "assets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generations" (
    "id" TEXT NOT NULL,
    "asset_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "given" JSONB NOT NULL DEFAULT '{}',
    "motion" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "dur_seconds" INTEGER NOT NULL,
    "aspect" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "prompt_override" TEXT,
    "prompt" TEXT,
    "prompt_source" TEXT,
    "brand_version" INTEGER,
    "model" TEXT NOT NULL,
    "stage" TEXT,
    "loop_mode" TEXT,
    "clip_key" TEXT,
    "poster_key" TEXT,
    "blur_data_url" TEXT,
    "etag" TEXT,
    "bytes" INTEGER,
    "width" INTEGER,
    "height" INTEGER,
    "duration_ms" INTEGER,
    "timings" JSONB NOT NULL DEFAULT '{}',
    "error_code" TEXT,
    "error_msg" TEXT,
    "charge" TEXT NOT NULL DEFAULT 'charged',
    "charged_user_id" TEXT NOT NULL,
    "charged_month" TEXT NOT NULL,
    "overage" BOOLEAN NOT NULL DEFAULT false,
    "request_id" TEXT NOT NULL,
    "cancel_asked" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "generations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "monthly_usage" (
    "user_id" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,
    "charged" INTEGER NOT NULL DEFAULT 0,
    "refunded" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "monthly_usage_pkey" PRIMARY KEY ("user_id","month")
);

-- CreateTable
CREATE TABLE "asset_events" (
    "asset_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "generation_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "stage" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "request_id" TEXT NOT NULL,
    "latency_ms" INTEGER,
    "error_code" TEXT,
    "error_msg" TEXT,
    "dedupe_key" TEXT NOT NULL,
    "ts" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "asset_events_pkey" PRIMARY KEY ("asset_id","seq")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "user_id" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("user_id","route","key")
);

-- CreateTable
CREATE TABLE "rate_windows" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_windows_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "identities_user_id_idx" ON "identities"("user_id");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "projects_proxy_key_key" ON "projects"("proxy_key");

-- CreateIndex
CREATE INDEX "projects_owner_id_created_at_idx" ON "projects"("owner_id", "created_at");

-- CreateIndex
CREATE INDEX "uploads_user_id_idx" ON "uploads"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "assets_current_generation_id_key" ON "assets"("current_generation_id");

-- CreateIndex
CREATE INDEX "assets_project_id_created_at_id_idx" ON "assets"("project_id", "created_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "assets_current_generation_id_id_key" ON "assets"("current_generation_id", "id");

-- CreateIndex
CREATE INDEX "generations_status_created_at_idx" ON "generations"("status", "created_at");

-- CreateIndex
CREATE INDEX "generations_model_mode_finished_at_idx" ON "generations"("model", "mode", "finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "generations_asset_id_number_key" ON "generations"("asset_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "generations_id_asset_id_key" ON "generations"("id", "asset_id");

-- CreateIndex
CREATE UNIQUE INDEX "asset_events_dedupe_key_key" ON "asset_events"("dedupe_key");

-- CreateIndex
CREATE INDEX "asset_events_asset_id_generation_seq_idx" ON "asset_events"("asset_id", "generation", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_key" ON "outbox"("key");

-- CreateIndex
CREATE INDEX "outbox_done_at_available_at_idx" ON "outbox"("done_at", "available_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "rate_windows_expires_at_idx" ON "rate_windows"("expires_at");

-- AddForeignKey
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "projects" ADD CONSTRAINT "projects_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assets" ADD CONSTRAINT "assets_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assets" ADD CONSTRAINT "assets_current_generation_id_id_fkey" FOREIGN KEY ("current_generation_id", "id") REFERENCES "generations"("id", "asset_id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "assets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "monthly_usage" ADD CONSTRAINT "monthly_usage_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "asset_events" ADD CONSTRAINT "asset_events_asset_id_fkey" FOREIGN KEY ("asset_id") REFERENCES "assets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the Prisma schema cannot say: values and states that must not exist.
ALTER TABLE "users"
  ADD CONSTRAINT "users_tier" CHECK ("tier" IN ('free', 'pro', 'team')),
  ADD CONSTRAINT "users_email_lower" CHECK ("email" = lower("email") AND length("email") BETWEEN 3 AND 255);

ALTER TABLE "projects"
  ADD CONSTRAINT "projects_public_variants" CHECK ("public_variants" IN ('any', 'defaults')),
  ADD CONSTRAINT "projects_mint_limit" CHECK ("mint_limit_per_minute" >= 0),
  ADD CONSTRAINT "projects_motion" CHECK ("default_motion" IN ('subtle', 'medium', 'kinetic')),
  ADD CONSTRAINT "projects_mode" CHECK ("default_mode" IN ('loop', 'animate-in', 'animate-on-hover')),
  ADD CONSTRAINT "projects_dur" CHECK ("default_dur_seconds" BETWEEN 2 AND 8),
  ADD CONSTRAINT "projects_overage_cap" CHECK ("overage_cap" >= 0);

ALTER TABLE "uploads"
  ADD CONSTRAINT "uploads_size" CHECK ("bytes" > 0 AND "width" > 0 AND "height" > 0);

ALTER TABLE "assets"
  ADD CONSTRAINT "assets_id" CHECK ("id" ~ '^[0-9a-f]{16}$'),
  ADD CONSTRAINT "assets_minted_by" CHECK ("minted_by" IN ('owner', 'embed')),
  ADD CONSTRAINT "assets_motion" CHECK ("motion" IN ('subtle', 'medium', 'kinetic')),
  ADD CONSTRAINT "assets_mode" CHECK ("mode" IN ('loop', 'animate-in', 'animate-on-hover')),
  ADD CONSTRAINT "assets_dur" CHECK ("dur_seconds" BETWEEN 2 AND 8),
  ADD CONSTRAINT "assets_seed" CHECK ("seed" >= 0),
  ADD CONSTRAINT "assets_aspect" CHECK ("aspect" IN ('preserve', '1:1', '16:9', '9:16')),
  ADD CONSTRAINT "assets_prompt" CHECK (length("prompt") BETWEEN 1 AND 500),
  ADD CONSTRAINT "assets_status" CHECK ("status" IN ('pending', 'ready', 'failed')),
  ADD CONSTRAINT "assets_ready_has_clip" CHECK ("status" <> 'ready' OR "current_generation_id" IS NOT NULL),
  ADD CONSTRAINT "assets_clip_has_time" CHECK (("current_generation_id" IS NULL) = ("ready_at" IS NULL)),
  ADD CONSTRAINT "assets_failed_has_error" CHECK (("status" = 'failed') = ("error" IS NOT NULL));

ALTER TABLE "generations"
  ADD CONSTRAINT "generations_number" CHECK ("number" >= 1),
  ADD CONSTRAINT "generations_status" CHECK ("status" IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  ADD CONSTRAINT "generations_motion" CHECK ("motion" IN ('subtle', 'medium', 'kinetic')),
  ADD CONSTRAINT "generations_mode" CHECK ("mode" IN ('loop', 'animate-in', 'animate-on-hover')),
  ADD CONSTRAINT "generations_dur" CHECK ("dur_seconds" BETWEEN 2 AND 8),
  ADD CONSTRAINT "generations_seed" CHECK ("seed" >= 0),
  ADD CONSTRAINT "generations_override" CHECK (length("prompt_override") BETWEEN 1 AND 500),
  ADD CONSTRAINT "generations_prompt_source" CHECK ("prompt_source" IN ('vision', 'override', 'asset')),
  ADD CONSTRAINT "generations_loop_mode" CHECK ("loop_mode" IN ('native', 'crossfade')),
  ADD CONSTRAINT "generations_charge" CHECK ("charge" IN ('charged', 'refunded')),
  ADD CONSTRAINT "generations_month" CHECK ("charged_month" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  ADD CONSTRAINT "generations_finished" CHECK (("status" IN ('succeeded', 'failed', 'cancelled')) = ("finished_at" IS NOT NULL)),
  ADD CONSTRAINT "generations_whole_clip" CHECK ("status" <> 'succeeded' OR (
    "clip_key" IS NOT NULL AND "poster_key" IS NOT NULL AND "etag" IS NOT NULL AND "bytes" > 0
    AND "width" > 0 AND "height" > 0 AND "duration_ms" > 0 AND "charge" = 'charged')),
  ADD CONSTRAINT "generations_failed_has_error" CHECK (("status" = 'failed') = ("error_code" IS NOT NULL)),
  ADD CONSTRAINT "generations_refund" CHECK ("status" NOT IN ('failed', 'cancelled') OR "charge" = 'refunded');

-- Never two running for one asset, whoever runs the functions.
CREATE UNIQUE INDEX "generations_one_running" ON "generations" ("asset_id") WHERE "status" = 'running';

ALTER TABLE "monthly_usage"
  ADD CONSTRAINT "monthly_usage_month" CHECK ("month" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  ADD CONSTRAINT "monthly_usage_sums" CHECK ("used" >= 0 AND "used" = "charged" - "refunded" AND "refunded" >= 0);

ALTER TABLE "asset_events"
  ADD CONSTRAINT "asset_events_seq" CHECK ("seq" >= 1 AND "attempt" >= 1),
  ADD CONSTRAINT "asset_events_stage" CHECK ("stage" IN ('stage1', 'stage2', 'merge', 'single')),
  ADD CONSTRAINT "asset_events_type" CHECK ("type" IN (
    'queued', 'vision_started', 'vision_completed', 'vision_failed', 'stage_started', 'stage_completed',
    'stage_failed', 'retry_scheduled', 'r2_write_completed', 'webhook_dispatched', 'webhook_delivered',
    'webhook_failed', 'webhook_dead_letter', 'ready', 'failed', 'cancelled'));

-- One terminal event a generation.
CREATE UNIQUE INDEX "asset_events_one_end" ON "asset_events" ("generation_id") WHERE "type" IN ('ready', 'failed', 'cancelled');

ALTER TABLE "rate_windows" ADD CONSTRAINT "rate_windows_count" CHECK ("count" >= 1);

CREATE INDEX "outbox_open" ON "outbox" ("available_at") WHERE "done_at" IS NULL;
