import Link from 'next/link';
import { Button } from '../ui/button';
import { Logo } from '../ui/logo';
import { Stage, type DemoClip } from './stage';

const facts = [
  ['In place', 'Not right yet? Regenerate with another motion, prompt or seed. The address your pages embed stays as it is.'],
  ['Never broken', 'The poster is there at once. The clip takes over when it is ready, and an old one plays on until the new one is whole.'],
  ['Your own machine', 'Runs from one command, with a renderer built in. Add a model provider when you want one.'],
] as const;

export function Landing({ demo = null }: { demo?: DemoClip | null }) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col px-5 sm:px-8">
      <header className="flex items-center justify-between py-5">
        <Logo />
        <nav aria-label="Account" className="flex items-center gap-1.5">
          <Button asChild look="quiet">
            <Link href="/signin">Sign in</Link>
          </Button>
          <Button asChild look="plain">
            <Link href="/signup">Sign up</Link>
          </Button>
        </nav>
      </header>
      <main className="flex-1 pb-16">
        <section className="grid items-center gap-10 pt-10 sm:pt-16 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] lg:gap-14">
          <div>
            <h1 className="text-4xl leading-[1.08] font-semibold tracking-[-0.03em] sm:text-5xl">Stills that move, at one URL.</h1>
            <p className="mt-5 max-w-md text-base text-pretty text-muted sm:text-lg">
              A still image at a URL becomes a short silent clip behind one embed URL that never changes.
            </p>
            <div className="mt-8 flex flex-wrap gap-3">
              <Button asChild look="primary" size="large">
                <Link href="/signup">Create an account</Link>
              </Button>
              <Button asChild size="large">
                <Link href="/signin">Sign in</Link>
              </Button>
            </div>
          </div>
          <Stage demo={demo} />
        </section>
        <dl className="mt-16 grid gap-8 border-t border-line pt-10 sm:mt-24 sm:grid-cols-3">
          {facts.map(([title, text]) => (
            <div key={title}>
              <dt className="font-semibold">{title}</dt>
              <dd className="mt-1.5 text-pretty text-muted">{text}</dd>
            </div>
          ))}
        </dl>
      </main>
    </div>
  );
}
