'use client';
import type { Asset } from '../../api-types';
import { Dialog } from '../../ui/dialog';
import { useAsset } from '../asset-store';
import { RegenerateContent } from './regenerate-content';

/** The dialog of one asset; open while there is one. */
export function RegenerateDialog({ asset: given, onClose }: { asset: Asset | null; onClose: () => void }) {
  const asset = useAsset(given?.id ?? '') ?? given;
  return (
    <Dialog
      wide
      open={given !== null}
      onOpenChange={(open) => !open && onClose()}
      title="Regenerate"
      description={asset ? `${asset.name} gets a new clip at the same URL.` : undefined}
    >
      {asset && <RegenerateContent key={asset.id} asset={asset} onClose={onClose} />}
    </Dialog>
  );
}
