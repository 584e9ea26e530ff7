import { api } from '../api-client';
import { RequestFailed } from '../api-error';

const TRIES = 5;

/** Changes a project's allowed origins as the server has them now: another tab may have changed those that the page shows. */
export async function changeOrigins(projectId: string, change: (origins: string[]) => string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { content, etag } = await api.project(projectId);
    try {
      await api.saveProxyConfig(projectId, { allowed_origins: change(content.project.allowed_origins) }, etag);
      return;
    } catch (error) {
      const overtaken = error instanceof RequestFailed && error.status === 412;
      if (!overtaken || attempt === TRIES) throw error;
    }
  }
}
