'use client';
import { useCallback, useState } from 'react';
import { mutate } from 'swr';
import { api, paths } from '../../api-client';
import { RequestFailed, explain } from '../../api-error';
import type { PrepareBody } from '../../api-types';
import { sourceName } from '../../format';
import { fetchAsset } from '../asset-store';
import { checkFile } from './check-file';

export type Options = Pick<PrepareBody, 'motion' | 'mode' | 'dur_seconds'>;

/** A source on its way to becoming an asset. */
export interface Arrival {
  key: number;
  name: string;
  source: File | string;
  options: Options;
  preview: string | null;
  state: 'uploading' | 'preparing' | 'failed';
  part: number;
  error: string | null;
  upgradeUrl: string | null;
  /** Sending the same thing again could go otherwise. */
  retriable: boolean;
}

let keys = 0;

/** Takes files and addresses in, and makes assets of them. `onMade` is told of each. */
export function useArrivals(projectId: string, onMade: () => Promise<unknown>) {
  const [arrivals, setArrivals] = useState<Arrival[]>([]);

  const change = useCallback((key: number, part: Partial<Arrival>) => {
    setArrivals((all) => all.map((arrival) => (arrival.key === key ? { ...arrival, ...part } : arrival)));
  }, []);

  const dismiss = useCallback((gone: Arrival) => {
    setArrivals((all) => all.filter((arrival) => arrival.key !== gone.key));
    if (gone.preview) URL.revokeObjectURL(gone.preview);
  }, []);

  const send = useCallback(
    async (arrival: Arrival) => {
      const { key, source, options } = arrival;
      try {
        let src = source;
        if (src instanceof File) {
          change(key, { state: 'uploading', part: 0, error: null });
          src = (await api.upload(src, (part) => change(key, { part }))).url;
        }
        change(key, { state: 'preparing', part: 1, error: null });
        const { asset_id } = await api.prepare({ project_id: projectId, src, ...options });
        await fetchAsset(asset_id);
        void mutate(paths.me);
        await onMade();
        dismiss(arrival);
      } catch (error) {
        const failed = error instanceof RequestFailed ? error : null;
        change(key, {
          state: 'failed',
          error: explain(error),
          upgradeUrl: failed?.body.upgrade_url ?? null,
          retriable: !failed || failed.status < 400 || failed.status >= 500 || [403, 429].includes(failed.status),
        });
      }
    },
    [change, dismiss, onMade, projectId],
  );

  const add = useCallback(
    (sources: Array<File | string>, options: Options = {}) => {
      const made = sources.map((source): Arrival => {
        const wrong = source instanceof File ? checkFile(source) : null;
        return {
          key: ++keys,
          name: source instanceof File ? source.name : sourceName(source),
          source,
          options,
          preview: source instanceof File && !wrong ? URL.createObjectURL(source) : null,
          state: wrong ? 'failed' : source instanceof File ? 'uploading' : 'preparing',
          part: 0,
          error: wrong,
          upgradeUrl: null,
          retriable: !wrong,
        };
      });
      setArrivals((all) => [...made, ...all]);
      for (const arrival of made) if (arrival.state !== 'failed') void send(arrival);
    },
    [send],
  );

  return { arrivals, add, retry: send, dismiss };
}
