import { redirect } from 'next/navigation';
import { Landing } from '@/components/landing/landing';
import { pageSession } from '@/lib/auth/page-session';
import { findDemo } from '@/lib/demo/find-demo';
import { runtime } from '@/lib/runtime';

export default async function Home() {
  if (await pageSession()) redirect('/dashboard');
  return <Landing demo={await findDemo(runtime())} />;
}
