import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Logo } from '@/components/ui/logo';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-3 p-6 text-center">
      <Logo />
      <h1 className="mt-6 text-2xl font-semibold">There is nothing at this address</h1>
      <p className="max-w-sm text-muted">It may have been deleted, or it belongs to another account.</p>
      <Button asChild className="mt-4">
        <Link href="/">Go to the start</Link>
      </Button>
    </main>
  );
}
