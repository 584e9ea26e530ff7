export { uploadRoute as POST } from '@/lib/uploads/upload-route';

export const dynamic = 'force-dynamic';
