export { ownEvents as GET } from '@/lib/events/events-handlers';
