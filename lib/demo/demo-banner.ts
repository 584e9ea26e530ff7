import type { Runtime } from '../runtime';
import { DEMO_EMAIL, type Demo } from './seed-demo';

/** What a newcomer needs to see after the start: where to sign in, what plays, and a line to paste. */
export function demoBanner(rt: Runtime, demo: Demo | null, password: string): string {
  const base = rt.env.PUBLIC_URL;
  if (!demo) return `\n  Sign in      ${base}/signin\n`;
  const account = JSON.stringify({ email: DEMO_EMAIL, password });
  const json = `-H 'Content-Type: application/json'`;
  return `
  Sign in      ${base}/signin
               ${DEMO_EMAIL}  ${password}
  Embed URL    ${demo.embedUrl}
  Regenerate   curl -sc cookie.txt ${json} -d '${account}' ${base}/api/user/signin && \\
               curl -sb cookie.txt ${json} -d '{"motion":"kinetic"}' ${base}/api/assets/${demo.assetId}/regenerate
`;
}
