import sharp from 'sharp';
import type { OutputFile, PredictionRecord } from './types';

type OutputFor = (prediction: PredictionRecord) => Promise<OutputFile>;

interface Ports {
  find(url: string): PredictionRecord | undefined;
  outputFor: OutputFor;
  hang(signal: AbortSignal): Promise<never>;
}

/** Serves what stands behind an output URL (replicate.delivery of the real service). No token is asked for. */
export function makeOutputs({ find, outputFor, hang }: Ports) {
  return async function serve(url: URL, signal: AbortSignal): Promise<Response> {
    const prediction = find(`${url.origin}${url.pathname}`);
    if (!prediction) return missing();
    const send = ({ bytes, contentType }: OutputFile) => new Response(Buffer.from(bytes), { headers: { 'content-type': contentType, 'cache-control': 'public,max-age=3600' } });
    switch (prediction.behaviour.output ?? 'clip') {
      case 'clip':
        return send(await outputFor(prediction));
      case 'truncated': {
        const { bytes, contentType } = await outputFor(prediction);
        return send({ bytes: bytes.subarray(0, bytes.length >> 1), contentType });
      }
      case 'empty':
        return send({ bytes: new Uint8Array(), contentType: 'video/mp4' });
      case 'png':
        return send({ bytes: await onePng(), contentType: 'image/png' });
      case 'html':
        return send({ bytes: Buffer.from('<!doctype html><title>Error</title><p>Something went wrong.'), contentType: 'text/html; charset=utf-8' });
      case 'redirect':
        return url.searchParams.has('moved') ? send(await outputFor(prediction)) : new Response(null, { status: 302, headers: { location: `${url.pathname}?moved=1` } });
      case 'hang':
        return hang(signal);
      case 'missing':
        return missing();
    }
  };
}

/** The delivery host is a bucket behind a cache. */
const missing = () => {
  const page = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
  return new Response(page, { status: 404, headers: { 'content-type': 'application/xml; charset=UTF-8' } });
};

const onePng = () => sharp({ create: { width: 16, height: 9, channels: 3, background: '#336699' } }).png().toBuffer();
