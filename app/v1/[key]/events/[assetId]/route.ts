export { publicEvents as GET, publicEvents as OPTIONS } from '@/lib/events/events-handlers';
