import { type NextRequest, NextResponse } from 'next/server';
import { readEnv } from '@/lib/env';

/** Pages get a Content-Security-Policy whose nonce Next puts on its own scripts; nothing else may run. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  // Embed URLs carry the public origin, which need not be the one this page was opened under.
  const own = new URL(readEnv().PUBLIC_URL).origin;
  const dev = process.env.NODE_ENV === 'development';
  const policy = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' ${own} data: blob:`,
    `media-src 'self' ${own} blob:`,
    `connect-src 'self' ${own}${dev ? ' ws:' : ''}`,
    `object-src 'none'`,
    `base-uri 'self'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  response.headers.set('Referrer-Policy', 'strict-origin-when-cross-origin');
  response.headers.set('X-Content-Type-Options', 'nosniff');
  response.headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  response.headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  return response;
}

export const config = { matcher: ['/((?!api/|v1/|uploads/|_next/|demo/|.*\\.(?:ico|png|svg|jpg|js|txt)$).*)'] };
