import { Dashboard } from '@/components/assets/dashboard';

export const metadata = { title: 'Assets' };

export default function DashboardPage() {
  return <Dashboard />;
}
