// The page that somebody opened without a session, kept in a cookie while they sign in, whichever way they do. Only a path of this origin
// that a GET shows, and only for as long as a sign-in takes.
import { pathWithin } from '../../sso/relay-state.ts';
import { cookieAttributes, cookieName, cookieValue } from '../page/cookies.ts';

const NAME = 'portcullis-to';
const SECONDS = 600;
/** What browsers take of a cookie at least, all of it counted: RFC 6265, section 6.1. */
const MAX_BYTES = 4_096;

/** The page at `url`, remembered or not. */
export interface Remembered {
  /** `Set-Cookie`; where the page is not remembered, it forgets an older one, which would be shown instead. */
  readonly cookie: string;
  /** Whether the page has to be opened anew after signing in. */
  readonly isTooLong: boolean;
}

/** Remembers the page at `url`, unless it is the console itself, where signing in leads anyway, or too long for a cookie. */
export function rememberPage(url: URL): Remembered {
  const path = url.pathname + url.search;
  const value = Buffer.from(path).toString('base64url');
  const cookie = `${cookieName(url, NAME)}=${value}; Max-Age=${SECONDS}; ${cookieAttributes(url)}`;
  const isTooLong = cookie.length > MAX_BYTES;
  return { cookie: isTooLong || /^\/console\/?$/.test(path) ? forgetPage(url) : cookie, isTooLong };
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
