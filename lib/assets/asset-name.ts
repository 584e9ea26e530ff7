import type { Tx } from '../database/database';
import { isUpload, uploadKeyOf } from '../sources/canonical-source';
import { fileName } from '../uploads/file-name';

/** What people call an asset: the file's own name, from the upload or from the end of the source's path. */
export async function assetName(tx: Tx, src: string): Promise<string> {
  if (isUpload(src)) {
    const upload = await tx.upload.findUnique({ where: { key: uploadKeyOf(src) }, select: { name: true } });
    return upload?.name ?? 'image';
  }
  const { pathname, hostname } = new URL(src);
  const last = pathname.split('/').filter(Boolean).pop();
  return last ? fileName(decoded(last)) : hostname;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
