import Link from 'next/link';
import { RequestFailed, explain } from '../../api-error';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';

/** Why a request was refused, in words, with the way on when the answer names one. */
export function Refusal({ error }: { error: unknown }) {
  const body = error instanceof RequestFailed ? error.body : {};
  const code = body.code;
  const action = body.upgrade_url ? (
    <Button asChild size="small">
      <a href={body.upgrade_url}>Upgrade</a>
    </Button>
  ) : code === 'overage_disabled' ? (
    <Button asChild size="small">
      <Link href="/dashboard/settings">Project settings</Link>
    </Button>
  ) : undefined;
  return (
    <Notice tone="error" action={action}>
      {explain(error)}
    </Notice>
  );
}
