import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@/lib/clock';
import { invalid, json, notFound } from './answers';
import { resourceId } from './ids';

/** The documented example expires an hour after its creation. */
const KEPT_MS = 3_600_000;

interface StoredFile {
  id: string;
  name: string;
  contentType: string;
  bytes: Uint8Array;
  metadata: unknown;
  createdAt: number;
}

interface Ports {
  clock: Clock;
  apiUrl: string;
  owner: string;
  /** Signs download URLs. */
  secret: string;
}

export type Files = ReturnType<typeof makeFiles>;

/** What clients upload for their predictions: `/v1/files`. */
export function makeFiles({ clock, apiUrl, owner, secret }: Ports) {
  const files = new Map<string, StoredFile>();
  const uploads = { count: 0 };

  const find = (id: string) => {
    const file = files.get(id);
    return file && clock.now() < file.createdAt + KEPT_MS ? file : undefined;
  };

  const body = (file: StoredFile) => ({
    id: file.id,
    name: file.name,
    content_type: file.contentType,
    size: file.bytes.byteLength,
    checksums: { sha256: createHash('sha256').update(file.bytes).digest('hex') },
    metadata: file.metadata,
    created_at: new Date(file.createdAt).toISOString(),
    expires_at: new Date(file.createdAt + KEPT_MS).toISOString(),
    urls: { get: `${apiUrl}/files/${file.id}` },
  });

  async function create(request: Request): Promise<Response> {
    const form = await request.formData().catch(() => null);
    const content = form?.get('content');
    if (!(content instanceof Blob)) return invalid([{ type: 'required', field: '', description: 'content is required' }]);
    const id = resourceId();
    const file: StoredFile = {
      id,
      name: (content as File).name,
      contentType: content.type || 'application/octet-stream',
      bytes: new Uint8Array(await content.arrayBuffer()),
      metadata: await readMetadata(form!.get('metadata')),
      createdAt: clock.now(),
    };
    files.set(id, file);
    uploads.count++;
    return json(body(file), 201);
  }

  const sign = (id: string, expiry: string) => createHmac('sha256', secret).update(`${owner} ${id} ${expiry}`).digest('base64');

  /** Without a token, by a signature that ends. Source: "Download a file" in the service's OpenAPI document. */
  function download(id: string, query: URLSearchParams): Response {
    const expiry = query.get('expiry') ?? '';
    const given = Buffer.from(query.get('signature') ?? '');
    const right = Buffer.from(sign(id, expiry));
    const valid = query.get('owner') === owner && given.length === right.length && timingSafeEqual(given, right) && Number(expiry) * 1000 > clock.now();
    const file = valid ? find(id) : undefined;
    if (!file) return notFound();
    return new Response(Buffer.from(file.bytes), { headers: { 'content-type': file.contentType } });
  }

  return {
    create,
    download,
    get: (id: string) => answer(find(id), (file) => json(body(file))),
    list: () => json({ previous: null, next: null, results: [...files.values()].filter(({ id }) => find(id)).map(body).reverse() }),
    delete: (id: string) => answer(find(id), () => (files.delete(id), new Response(null, { status: 204 }))),
    bytes: (id: string) => find(id)?.bytes,
    downloadUrl: (id: string, expiry: number) => {
      const query = new URLSearchParams({ expiry: String(expiry), owner, signature: sign(id, String(expiry)) });
      return `${apiUrl}/files/${id}/download?${query}`;
    },
    /** Those that still exist, and how many there ever were. */
    stored: () => [...files.values()].filter(({ id }) => find(id)).map(({ id, contentType, bytes }) => ({ id, contentType, size: bytes.byteLength })),
    uploaded: () => uploads.count,
  };
}

const answer = (file: StoredFile | undefined, make: (file: StoredFile) => Response) => (file ? make(file) : notFound());

async function readMetadata(part: FormDataEntryValue | null): Promise<unknown> {
  const text = part instanceof Blob ? await part.text() : (part ?? '{}');
  return JSON.parse(text);
}
