import { route } from '../http/route';
import { readMultipartFile } from './read-multipart';
import { storeUpload } from './store-upload';

/** POST /api/v1/upload: multipart with the image in the field `file` → { url, key, width, height }. */
export const uploadRoute = route({
  auth: 'user',
  handle: async ({ rt, req, user }) => storeUpload(rt, user.id, await readMultipartFile(req)),
});
