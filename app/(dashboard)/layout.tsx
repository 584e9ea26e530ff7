import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '@/components/shell/shell';
import { pageSession } from '@/lib/auth/page-session';

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const user = await pageSession();
  if (!user) redirect('/signin');
  const theme = (await cookies()).get('theme')?.value;
  return (
    <Shell user={{ email: user.email, name: user.name, tier: user.tier }} theme={theme === 'light' || theme === 'dark' ? theme : 'system'}>
      {children}
    </Shell>
  );
}
