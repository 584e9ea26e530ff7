import { RequestFailed } from './api-error';
import type { Accepted, AssetDetail, AssetPage, Me, PrepareBody, Project, ProxyConfig, RegenerateBody } from './api-types';

async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ content: T; etag: string | null }> {
  const json = body !== undefined;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...(json && { 'Content-Type': 'application/json' }), ...headers },
      ...(json && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new RequestFailed(0, {});
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RequestFailed(answer.status, content);
  return { content: content as T, etag: answer.headers.get('ETag') };
}

const request = async <T>(...call: Parameters<typeof ask>) => (await ask<T>(...call)).content;

const projectPath = (id: string) => `/api/projects/${encodeURIComponent(id)}`;
const assetPath = (id: string) => `/api/assets/${encodeURIComponent(id)}`;

/** The paths that swr uses as keys. */
export const paths = {
  me: '/api/user/me',
  projects: '/api/projects',
  keys: (projectId: string) => `${projectPath(projectId)}/keys`,
  asset: assetPath,
  assets: (projectId: string, status: string, cursor: string | null) => {
    const query = new URLSearchParams({ project_id: projectId, limit: '24' });
    if (status) query.set('status', status);
    if (cursor) query.set('cursor', cursor);
    return `/api/assets?${query}`;
  },
  events: (id: string) => `${assetPath(id)}/events?progress=1`,
};

/** Every call the pages make. */
export const api = {
  get: <T>(path: string) => request<T>('GET', path),
  me: () => request<Me>('GET', paths.me),
  signIn: (body: { email: string; password: string }) => request('POST', '/api/user/signin', body),
  signUp: (body: { email: string; password: string; name: string }) => request('POST', '/api/user/signup', body),
  signOut: () => request('POST', '/api/user/signout', {}),
  projects: () => request<{ projects: Project[] }>('GET', paths.projects),
  /** The answer's tag binds a change to what was read. */
  project: (id: string) => ask<{ project: Project }>('GET', projectPath(id)),
  createProject: (name: string) => request<{ project: Project }>('POST', paths.projects, { name }),
  /** With a tag: refused (412) when the project is not what was read under it. */
  saveProxyConfig: (id: string, body: ProxyConfig, etag?: string | null) =>
    request<{ project: Project; signing_secret?: string }>('PUT', `${projectPath(id)}/proxy-config`, body, etag ? { 'If-Match': etag } : {}),
  /** The answer holds what was made; a secret is in no other. */
  rotateKey: (id: string, which: 'proxy' | 'signing') =>
    request<{ proxy_key?: string; signing_secret?: string }>('POST', `${projectPath(id)}/keys/rotate?which=${which}`, {}),
  saveBilling: (id: string, body: { overage_enabled: boolean }) =>
    request<{ project: Project }>('PUT', `${projectPath(id)}/billing`, body),
  assetPage: (path: string) => request<AssetPage>('GET', path),
  asset: (id: string) => request<AssetDetail>('GET', assetPath(id)),
  prepare: (body: PrepareBody) => request<{ asset_id: string }>('POST', '/api/v1/prepare', body),
  regenerate: (id: string, body: RegenerateBody, idempotencyKey: string) =>
    request<Accepted>('POST', `${assetPath(id)}/regenerate`, body, { 'Idempotency-Key': idempotencyKey }),
  cancel: (id: string) => request('POST', `${assetPath(id)}/cancel`, {}),
  remove: (id: string) => request('DELETE', assetPath(id), {}),
  upload,
};

/** Uploads a file and reports the part sent (0..1); fetch cannot tell, so this one is an XMLHttpRequest. */
function upload(file: File, onProgress: (part: number) => void): Promise<{ url: string; key: string }> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', '/api/v1/upload');
    call.responseType = 'json';
    call.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    call.onerror = () => reject(new RequestFailed(0, {}));
    call.onload = () => {
      if (call.status < 300 && call.response) resolve(call.response);
      else reject(new RequestFailed(call.status, call.response ?? {}));
    };
    const form = new FormData();
    form.append('file', file);
    call.send(form);
  });
}
