import { stillValid } from '../projects/retired-keys';
import type { Runtime } from '../runtime';
import { embedLink } from './embed-link';

/**
 * Every path under which an asset is known to be asked for: clip and poster, by each proxy key that still works, plain
 * and signed by each secret that still works. For an edge that drops entries by URL. URLs that others have signed are
 * known to nobody; those go by tag.
 */
export async function embedPathsOf(rt: Runtime, assetId: string): Promise<string[]> {
  const asset = await rt.db.asset.findUnique({
    where: { id: assetId },
    select: {
      src: true,
      explicitParams: true,
      project: { select: { id: true, proxyKey: true, signingSecret: true, retiredKeys: { where: stillValid(rt), select: { kind: true, value: true } } } },
    },
  });
  if (!asset) return [];
  const { id, proxyKey, signingSecret, retiredKeys } = asset.project;
  const retired = (kind: string) => retiredKeys.filter((key) => key.kind === kind).map(({ value }) => value);
  const secrets = [null, ...(signingSecret ? [signingSecret] : []), ...retired('signing')];
  return [proxyKey, ...retired('proxy')].flatMap((key) =>
    secrets.flatMap((secret) => {
      const project = { id, proxyKey: key, enableSigning: secret !== null, signingSecret: secret };
      return (['mp4', 'jpg'] as const).map((ext) => embedLink(rt, project, asset, ext));
    }),
  );
}
