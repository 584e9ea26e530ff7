export { serveUpload as GET, serveUpload as HEAD } from '@/lib/uploads/serve-upload';

export const dynamic = 'force-dynamic';
