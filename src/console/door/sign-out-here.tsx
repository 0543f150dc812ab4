// Signing out of the vendor's product, or of the console as who is no admin: a page to link to, and a form that any page of this origin
// may post.
import { endSessions } from '../../auth/session-end.ts';
import { type PersonSession, readPerson } from '../../auth/session-person.ts';
import { fail } from '../../failure.ts';
import { readSso } from '../../sso/settings.ts';
import { firstOf, type SignInPortal, selectSignInPortal } from '../../sso/sign-in-query.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { clearCookie, readCookie } from '../page/cookies.ts';
import { Door } from '../page/document.tsx';
import { isSameOrigin } from '../page/form.ts';
import { broken, refusedForm } from '../page/refusal.tsx';
import { SignedOut, SigningOutThere } from './signed-out.tsx';

const ROUTE = '/auth/sign-out';

/** GET: asks, since a link that was only followed must end nothing. */
export async function askToSignOut(exchange: Exchange): Promise<Handled> {
  return { response: await pageResponse(exchange, 200, <SignOutQuestion url={exchange.url} />), route: ROUTE };
}

/** GET of what an identity provider sends through the browser for a sign-out of its own, or in answer to one: says that nobody is signed
 * in only where that is so, and ends nothing by itself, since anybody can make such a link. */
export async function cameToSignOut(exchange: Exchange, route: string): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const token = readCookie(request, url, 'portcullis');
  const read = token === undefined ? undefined : await readPerson(env.DB, token, Math.trunc(sources.nowMs()));
  if (read?.ok === false) return broken(exchange, route, read.failure);
  const isAsked = url.searchParams.has('SAMLRequest');
  const page = read?.value.person ? <SignOutQuestion url={url} isAskedByProvider={isAsked} /> : <SignedOut />;
  return { response: await pageResponse(exchange, 200, page), route };
}

function SignOutQuestion({
  url,
  isAskedByProvider = false,
}: {
  readonly url: URL;
  readonly isAskedByProvider?: boolean;
}) {
  return (
    <Door title="Sign out?">
      {isAskedByProvider ? <p>Your identity provider wants you signed out. You still have a session here.</p> : null}
      <p>This ends your session at {url.hostname} in this browser.</p>
      <form method="post" action={ROUTE}>
        <button type="submit">Sign out</button>
      </form>
    </Door>
  );
}

/** POST, from a page of this origin: ends the session, and sends whoever came by the identity provider on to its sign-out. */
export async function postSignOut(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url, requestId } = exchange;
  if (!isSameOrigin(request, url)) {
    return refusedForm(exchange, ROUTE, fail('precondition_failed', 'The form was sent from another site.'));
  }
  const token = readCookie(request, url, 'portcullis');
  if (token === undefined) return signedOut(exchange, undefined);
  const read = await readPerson(env.DB, token, Math.trunc(sources.nowMs()), [selectSignInPortal(env.DB)]);
  if (!read.ok) return broken(exchange, ROUTE, read.failure);
  const { person, results } = read.value;
  if (person === null) return signedOut(exchange, undefined);
  const { hash, actingId, user } = person;
  const ended = await endSessions(
    env.DB,
    sources,
    { hash, actingId, userSeq: user.seq, userId: user.id, requestId },
    'this',
  );
  if (!ended.ok) return broken(exchange, ROUTE, ended.failure);
  return signedOut(exchange, signOutUrl(person, firstOf<SignInPortal>(results[0])));
}

/** Where the identity provider signs out whom it signed in, if the portal knows that. */
export function signOutUrl({ method }: Pick<PersonSession, 'method'>, portal: Pick<SignInPortal, 'sso'> | undefined) {
  return method === 'saml' && portal ? (readSso(portal.sso)?.signOutUrl ?? undefined) : undefined;
}

/** The page of whoever has no session any more. */
export async function signedOut(exchange: Exchange, there: string | undefined): Promise<Handled> {
  const page = there === undefined ? <SignedOut /> : <SigningOutThere signOutUrl={there} />;
  const cookie = ['Set-Cookie', clearCookie(exchange.url, 'portcullis')] as const;
  return { response: await pageResponse(exchange, 200, page, [cookie]), route: ROUTE };
}
