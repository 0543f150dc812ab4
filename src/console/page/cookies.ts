// Two cookies: the session's, and one for the forms before there is a session. The prefix `__Host-` makes browsers refuse them from
// another path, from a sister domain and from plain HTTP. Only on localhost over HTTP, which the settings have to allow, they go
// without it, since not every browser takes a Secure cookie there.
import { isToken } from '../../auth/secret-token.ts';

type Name = 'portcullis' | 'portcullis-form';

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';

function fullName(url: URL, name: Name): string {
  return url.protocol === 'https:' ? `__Host-${name}` : `local-${name}`;
}

/** The token in a cookie; undefined where there is none of its form. */
export function readCookie(request: Request, url: URL, name: Name): string | undefined {
  const wanted = `${fullName(url, name)}=`;
  const found = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted));
  const token = found?.slice(wanted.length);
  return token !== undefined && isToken(token) ? token : undefined;
}

/** A `Set-Cookie` that ends with the browser; how long its token lives, D1 says. */
export function setCookie(url: URL, name: Name, token: string): string {
  return `${fullName(url, name)}=${token}; ${attributes(url)}`;
}

/** A `Set-Cookie` that takes the cookie away. */
export function clearCookie(url: URL, name: Name): string {
  return `${fullName(url, name)}=; Max-Age=0; ${attributes(url)}`;
}

function attributes(url: URL): string {
  return url.protocol === 'https:' ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
}
