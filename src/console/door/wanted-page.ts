// The page that somebody opened without a session, kept in a cookie while they sign in, whichever way they do. Only a path of this origin
// that a GET shows, and only for as long as a sign-in takes.
import { pathWithin } from '../../sso/relay-state.ts';
import { cookieAttributes, cookieName, cookieValue } from '../page/cookies.ts';

const NAME = 'portcullis-to';
const SECONDS = 600;
/** Of a cookie, browsers take 4,096 bytes. */
const MAX_CHARACTERS = 1_500;

/** A `Set-Cookie` that remembers the page at `url`; nothing for the console itself, where signing in leads anyway. */
export function rememberPage(url: URL): readonly string[] {
  const path = url.pathname + url.search;
  if (/^\/console\/?$/.test(path) || path.length > MAX_CHARACTERS) return [];
  const value = Buffer.from(path).toString('base64url');
  return [`${cookieName(url, NAME)}=${value}; Max-Age=${SECONDS}; ${cookieAttributes(url)}`];
}

/** The page that was remembered, if it is one of this origin. */
export function wantedPage(request: Request, url: URL): string | undefined {
  const value = cookieValue(request, url, NAME);
  return value === undefined ? undefined : pathWithin(url.origin, Buffer.from(value, 'base64url').toString());
}

/** A `Set-Cookie` that forgets it. */
export function forgetPage(url: URL): string {
  return `${cookieName(url, NAME)}=; Max-Age=0; ${cookieAttributes(url)}`;
}
