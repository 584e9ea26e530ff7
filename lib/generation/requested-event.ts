/** The durable event that starts the pipeline. Its id is the generation's, so a repeated dispatch is one run. */
export function generationRequestedEvent({ generationId, assetId }: { generationId: string; assetId: string }) {
  return { id: generationId, name: 'asset/generation.requested' as const, data: { generation_id: generationId, asset_id: assetId } };
}
