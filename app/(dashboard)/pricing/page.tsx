import { pageSession } from '@/lib/auth/page-session';
import { plans, type Tier } from '@/lib/quota/plans';

export const metadata = { title: 'Plans' };

const names: Record<Tier, string> = { free: 'Free', pro: 'Pro', team: 'Team' };

export default async function PricingPage() {
  const user = await pageSession();
  return (
    <div className="mx-auto w-full max-w-4xl">
      <h1 className="text-2xl font-semibold">Plans</h1>
      <p className="mt-1 max-w-lg text-pretty text-muted">
        Each generation, first or again, counts as one; a failed or cancelled one is given back. Months are calendar months, UTC.
      </p>
      <ul className="mt-7 grid gap-4 sm:grid-cols-3">
        {(Object.keys(plans) as Tier[]).map((tier) => (
          <li key={tier} className="panel grid content-start gap-1 p-5">
            <h2 className="flex items-baseline justify-between font-semibold">
              {names[tier]}
              {user?.tier === tier && <span className="text-[0.8125rem] font-normal text-muted">Your plan</span>}
            </h2>
            <p className="mt-2 text-3xl font-semibold tracking-tight tabular-nums">{plans[tier].monthlyLimit}</p>
            <p className="text-muted">generations a month</p>
            <p className="mt-2 text-[0.8125rem] text-muted">
              {plans[tier].overageCents === null ? 'No overage' : `Overage $${(plans[tier].overageCents / 100).toFixed(2)} each, when switched on`}
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-6 text-pretty text-muted">
        The administrator of this server changes a plan with{' '}
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs break-all text-ink">npm run admin -- set-tier {user?.email} pro</code>.
      </p>
    </div>
  );
}
