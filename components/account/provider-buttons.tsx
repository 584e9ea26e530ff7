'use client';
import { signIn } from 'next-auth/react';
import { useState } from 'react';
import { Button } from '../ui/button';

export interface Provider {
  id: string;
  name: string;
}

/** One button for each provider that this server is configured for. */
export function ProviderButtons({ providers }: { providers: Provider[] }) {
  const [going, setGoing] = useState<string | null>(null);
  if (providers.length === 0) return null;
  return (
    <div className="mt-6 grid gap-2.5">
      <p className="flex items-center gap-3 py-1 text-[0.8125rem] text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          size="large"
          disabled={going !== null}
          onClick={() => {
            setGoing(id);
            void signIn(id, { callbackUrl: '/dashboard' });
          }}
        >
          Continue with {name}
        </Button>
      ))}
    </div>
  );
}
