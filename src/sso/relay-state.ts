// Where a person goes after signing in. What the browser carries through the identity provider may come from anybody: it counts only
// as a path of this very origin, so that no sign-in of ours ends at somebody else's page.

/** More than a cookie holds, in which a page waits for its visitor to sign in. */
const MAX_CHARACTERS = 4_096;

/** Sign-in itself, which would only begin again. */
const SIGN_IN = /^\/(auth(\/|$)|console\/(sign-in|welcome)$)/;

/** The path, query and fragment that a RelayState names on this origin; undefined where it names none, and that means home. */
export function pathWithin(origin: string, relayState: string | null | undefined): string | undefined {
  if (!relayState || relayState.length > MAX_CHARACTERS || /[\p{C}\\]/u.test(relayState)) return undefined;
  if (!relayState.startsWith('/') && !relayState.startsWith(`${origin}/`)) return undefined;
  const parsed = URL.parse(relayState, origin);
  if (parsed?.origin !== origin || parsed.pathname.includes('//') || SIGN_IN.test(parsed.pathname)) return undefined;
  return parsed.pathname + parsed.search + parsed.hash;
}

/** The home of whoever signed in: the console of admins, and of all others the vendor's product, `appUrl` of the portal. */
export function homeOf(isAdmin: boolean, appUrl: string): string {
  return isAdmin ? '/console' : appUrl;
}
