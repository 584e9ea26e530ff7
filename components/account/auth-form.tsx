'use client';
import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import { api } from '../api-client';
import { explain, fieldErrors } from '../api-error';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { ProviderButtons, type Provider } from './provider-buttons';

const texts = {
  signin: { title: 'Sign in', action: 'Sign in', busy: 'Signing in…', other: 'New here?', link: 'Create an account', href: '/signup' },
  signup: { title: 'Create an account', action: 'Create account', busy: 'Creating…', other: 'Already have one?', link: 'Sign in', href: '/signin' },
};

/** What a browser would say about the form before it is sent, in our words. */
function check(kind: keyof typeof texts, values: { email: string; password: string; name: string }) {
  const wrong: Record<string, string> = {};
  if (kind === 'signup' && !values.name.trim()) wrong.name = 'Tell us what to call you.';
  if (!/^\S+@\S+$/.test(values.email.trim())) wrong.email = 'Enter an e-mail address.';
  if (!values.password) wrong.password = 'Enter a password.';
  else if (kind === 'signup' && values.password.length < 8) wrong.password = 'Use 8 characters or more.';
  return wrong;
}

export function AuthForm({ kind, providers }: { kind: keyof typeof texts; providers: Provider[] }) {
  const text = texts[kind];
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const read = (field: string) => String(data.get(field) ?? '');
    const values = { email: read('email'), password: read('password'), name: read('name') };
    const found = check(kind, values);
    setWrong(found);
    setFailure(null);
    const [first] = Object.keys(found);
    if (first) return (form.elements.namedItem(first) as HTMLElement | null)?.focus();
    setBusy(true);
    try {
      await (kind === 'signin' ? api.signIn({ email: values.email, password: values.password }) : api.signUp(values));
      // A whole navigation: nothing kept in memory may outlive a change of account.
      window.location.assign('/dashboard');
    } catch (error) {
      const fields = fieldErrors(error);
      setWrong(fields);
      if (Object.keys(fields).length === 0) setFailure(explain(error));
      setBusy(false);
    }
  }

  return (
    <>
      <h1 className="text-2xl font-semibold">{text.title}</h1>
      <p className="mt-1 text-muted">
        {text.other}{' '}
        <Link href={text.href} className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink">
          {text.link}
        </Link>
      </p>
      <form noValidate onSubmit={submit} className="mt-8 grid gap-5" aria-label={text.title}>
        {failure && <Notice tone="error">{failure}</Notice>}
        {kind === 'signup' && <Field label="Name" name="name" autoComplete="name" maxLength={100} error={wrong.name} />}
        <Field label="E-mail" name="email" type="email" autoComplete="email" maxLength={255} error={wrong.email} />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete={kind === 'signin' ? 'current-password' : 'new-password'}
          maxLength={128}
          hint={kind === 'signup' ? '8 characters or more.' : undefined}
          error={wrong.password}
        />
        <Button type="submit" look="primary" size="large" disabled={busy}>
          {busy ? text.busy : text.action}
        </Button>
      </form>
      <ProviderButtons providers={providers} />
    </>
  );
}
