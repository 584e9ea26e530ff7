import { AuthForm } from '@/components/account/auth-form';
import { oauthProviders } from '@/lib/auth/oauth-providers';
import { runtime } from '@/lib/runtime';

export const metadata = { title: 'Create an account' };

export default function SignUpPage() {
  const providers = oauthProviders(runtime().env).map(({ id, name }) => ({ id, name }));
  return <AuthForm kind="signup" providers={providers} />;
}
