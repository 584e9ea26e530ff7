export { replicateWebhook as POST } from '@/lib/generation/replicate/webhook-handler';
