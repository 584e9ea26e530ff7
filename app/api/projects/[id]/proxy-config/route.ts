import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { projectJson } from '@/lib/projects/project';
import { proxyConfigSchema, updateProxyConfig } from '@/lib/projects/update-proxy-config';

export const PUT = route({
  auth: 'user',
  load: loadProject,
  body: proxyConfigSchema,
  handle: async ({ rt, loaded, body }) => ({ project: projectJson(await updateProxyConfig(rt, loaded, body)) }),
});
