export { publicEvents as GET } from '@/lib/events/events-handlers';
