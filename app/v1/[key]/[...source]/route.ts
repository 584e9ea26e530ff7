export { deliver as GET, deliver as HEAD, deliver as OPTIONS } from '@/lib/delivery/deliver';

export const dynamic = 'force-dynamic';
