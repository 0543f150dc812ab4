// The one place where pages become responses. The policy names no source but this origin, and nothing inline.
import type { Exchange } from '../exchange.ts';

// `data:` for pictures, since Pico draws its small signs with them.
const CONTENT_SECURITY_POLICY = (formTargets: readonly string[]) =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const ONE_YEAR_SECONDS = 31_536_000;

/** Okta opens these in a window of their own, and is told by that window when it is done: a policy of openers would part the two. */
const OPENED_BY_OTHERS = /^\/(oauth\/authorize|console\/sign-in|auth\/.*)$/;

/** Headers of whatever the console answers. Browsers hold the answer to a form to `formTargets` too: the origins that it may lead to
 * besides this one. */
export function securityHeaders(url: URL, formTargets: readonly string[] = []): Record<string, string> {
  return {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY(formTargets),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(OPENED_BY_OTHERS.test(url.pathname) ? {} : { 'Cross-Origin-Opener-Policy': 'same-origin' }),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Cache-Control': 'no-store',
    ...(url.protocol === 'https:' ? { 'Strict-Transport-Security': `max-age=${ONE_YEAR_SECONDS}` } : {}),
  };
}

/** A page; `element` is a whole document, and its forms may lead to `formTargets` besides this origin. */
export async function pageResponse(
  { url }: Pick<Exchange, 'url'>,
  status: number,
  element: unknown,
  headers: readonly (readonly [name: string, value: string])[] = [],
  formTargets: readonly string[] = [],
): Promise<Response> {
  const response = new Response(`<!doctype html>${await element}`, {
    status,
    headers: { ...securityHeaders(url, formTargets), 'Content-Type': 'text/html; charset=utf-8' },
  });
  for (const [name, value] of headers) response.headers.append(name, value);
  return response;
}

/** Part of a page, for the script that shows it anew. */
export async function fragmentResponse({ url }: Pick<Exchange, 'url'>, element: unknown): Promise<Response> {
  const headers = { ...securityHeaders(url), 'Content-Type': 'text/html; charset=utf-8' };
  return new Response(String(await element), { headers });
}

/** Goes on by GET: what was posted is not posted again by reloading. */
export function seeOther({ url }: Pick<Exchange, 'url'>, path: string, cookies: readonly string[] = []): Response {
  const response = new Response(null, { status: 303, headers: { ...securityHeaders(url), Location: path } });
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
}
