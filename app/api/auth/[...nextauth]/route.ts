import { handleNextAuth } from '@/lib/auth/handle-next-auth';
import { answerSafely } from '@/lib/http/route';

const handle = (req: Request) => answerSafely(req, (rt) => handleNextAuth(rt, req));

export { handle as GET, handle as POST };
