import { AssetView } from '@/components/assets/detail/asset-view';

export const metadata = { title: 'Asset' };

export default async function AssetPage({ params }: { params: Promise<{ id: string }> }) {
  return <AssetView id={(await params).id} />;
}
