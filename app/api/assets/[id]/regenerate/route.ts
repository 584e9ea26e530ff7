export { regenerate as POST } from '@/lib/assets/regenerate-handler';
