// Three cookies: the session's, one for the forms before there is a session, and one for the page that was wanted then. The prefix `__Host-` makes browsers refuse them from
// another path, from a sister domain and from plain HTTP. Only on localhost over HTTP, which the settings have to allow, they go
// without it, since not every browser takes a Secure cookie there.
import { isToken } from '../../auth/secret-token.ts';

type TokenName = 'portcullis' | 'portcullis-form';
type Name = TokenName | 'portcullis-to';

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';

/** The whole name of a cookie. */
export function cookieName(url: URL, name: Name): string {
  return url.protocol === 'https:' ? `__Host-${name}` : `local-${name}`;
}

/** What a cookie says, whatever it is; undefined where there is none. */
export function cookieValue(request: Request, url: URL, name: Name): string | undefined {
  const wanted = `${cookieName(url, name)}=`;
  const found = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted));
  return found?.slice(wanted.length);
}

/** The token in a cookie; undefined where there is none of its form. */
export function readCookie(request: Request, url: URL, name: TokenName): string | undefined {
  const token = cookieValue(request, url, name);
  return token !== undefined && isToken(token) ? token : undefined;
}

/** A `Set-Cookie` that ends with the browser; how long its token lives, D1 says. */
export function setCookie(url: URL, name: TokenName, token: string): string {
  return `${cookieName(url, name)}=${token}; ${cookieAttributes(url)}`;
}

/** A `Set-Cookie` that takes the cookie away. */
export function clearCookie(url: URL, name: TokenName): string {
  return `${cookieName(url, name)}=; Max-Age=0; ${cookieAttributes(url)}`;
}

/** What every cookie of ours says of itself. */
export function cookieAttributes(url: URL): string {
  return url.protocol === 'https:' ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
}
