import type { Keys } from '../api-types';
import { formatMoment } from '../format';

/** Earlier keys or secrets that still work, and when each of them ends. */
export function RetiredKeys({ keys, which }: { keys: Keys | undefined; which: 'proxy' | 'signing' }) {
  const retired = keys?.retired.filter((key) => key.which === which) ?? [];
  if (retired.length === 0) return null;
  return (
    <ul aria-label={which === 'proxy' ? 'Earlier keys' : 'Earlier secrets'} className="grid gap-1 text-[0.8125rem] text-muted">
      {retired.map((key) => (
        <li key={key.proxy_key ?? key.valid_until}>
          {key.proxy_key ? <span className="font-mono text-xs break-all text-ink">{key.proxy_key}</span> : 'An earlier secret'} works until{' '}
          <time dateTime={new Date(key.valid_until).toISOString()}>{formatMoment(key.valid_until)}</time>
        </li>
      ))}
    </ul>
  );
}
