import type { ExplicitParams } from '../assets/params';
import { openSigningSecret } from '../projects/signing-secret';
import type { Runtime } from '../runtime';
import { type EmbedFormat, embedPath } from '../sources/embed-path';
import { signEmbed } from './sign-embed';

/** The end of the links that the API gives to owners: 2100-01-01 UTC, so that an asset's link is the same each time (decision 0011). */
export const OWNER_EXP = 4_102_444_800;

/** What of a project its links are made from. */
export const linkProject = { select: { id: true, proxyKey: true, enableSigning: true, signingSecret: true } } as const;

export interface LinkProject {
  id: string;
  proxyKey: string;
  enableSigning: boolean;
  /** Sealed. */
  signingSecret: string | null;
}

export interface LinkAsset {
  src: string;
  explicitParams: unknown;
}

/** The embed path that an owner is given for an asset: signed when the project asks for signatures. */
export function embedLink(rt: Pick<Runtime, 'secret'>, project: LinkProject, asset: LinkAsset, ext: EmbedFormat): string {
  const explicit = asset.explicitParams as ExplicitParams;
  const secret = project.enableSigning && project.signingSecret ? openSigningSecret(rt, project.id, project.signingSecret) : null;
  // A secret that can't be opened any more signs nothing; rotating it mends that.
  if (secret === null) return embedPath(project.proxyKey, asset.src, explicit, ext);
  return signEmbed({ key: project.proxyKey, secret, src: asset.src, exp: OWNER_EXP, ext, params: explicit });
}
