import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { projectJson } from '@/lib/projects/project';
import { proxyConfigSchema, updateProxyConfig } from '@/lib/projects/update-proxy-config';

export const PUT = route({
  auth: 'user',
  load: loadProject,
  body: proxyConfigSchema,
  handle: async ({ rt, req, loaded, body }) => {
    const { project, signingSecret } = await updateProxyConfig(rt, loaded, body, req.headers.get('if-match'));
    return { project: projectJson(project), ...(signingSecret !== null && { signing_secret: signingSecret }) };
  },
});
