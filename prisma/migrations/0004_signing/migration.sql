-- Signed mode, and keys that work on for a while after their rotation.
-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "enable_signing" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "signing_secret" TEXT;

-- CreateTable
CREATE TABLE "retired_keys" (
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retired_keys_pkey" PRIMARY KEY ("kind","value")
);

-- CreateIndex
CREATE INDEX "retired_keys_project_id_kind_valid_until_idx" ON "retired_keys"("project_id", "kind", "valid_until");

-- CreateIndex
CREATE INDEX "retired_keys_valid_until_idx" ON "retired_keys"("valid_until");

-- AddForeignKey
ALTER TABLE "retired_keys" ADD CONSTRAINT "retired_keys_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "projects" ADD CONSTRAINT "projects_signing" CHECK (NOT "enable_signing" OR "signing_secret" IS NOT NULL);
ALTER TABLE "retired_keys" ADD CONSTRAINT "retired_keys_kind" CHECK ("kind" IN ('proxy', 'signing'));
