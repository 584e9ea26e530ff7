'use client';
import { Button } from '@/components/ui/button';
import { Logo } from '@/components/ui/logo';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-3 p-6 text-center">
      <Logo />
      <h1 className="mt-6 text-2xl font-semibold">This page could not be shown</h1>
      <p role="alert" className="max-w-sm text-muted">
        Something failed on the way. Your assets and their embed URLs are not affected.
        {error.digest && ` Reference: ${error.digest}.`}
      </p>
      <Button className="mt-4" onClick={reset}>
        Try again
      </Button>
    </main>
  );
}
