// Signing out: of this browser, or of every one. Who came by the identity provider goes on to its own sign-out.
import { endSessions } from '../../auth/session-end.ts';
import { firstOf, type SignInPortal, selectSignInPortal } from '../../sso/sign-in-query.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { clearCookie } from '../page/cookies.ts';
import { broken } from '../page/refusal.tsx';
import { signedOut, signOutUrl } from './sign-out-here.tsx';

/** What the portal says of the identity provider's sign-out, for both. */
export function selectSignOut({ env }: Addressed): readonly D1PreparedStatement[] {
  return [selectSignInPortal(env.DB)];
}

/** POST: ends this session. */
export function signOut(screen: SignedIn): Promise<Answer> {
  return end(screen, 'this', '/console/sign-out', 'out');
}

/** POST: ends all sessions of the person who is signed in. */
export function signOutEverywhere(screen: SignedIn): Promise<Answer> {
  return end(screen, 'all', '/console/sign-out-everywhere', 'everywhere');
}

async function end(screen: SignedIn, which: 'this' | 'all', route: string, why: string): Promise<Answer> {
  const { env, sources, session, requestId } = screen;
  const ended = await endSessions(env.DB, sources, { ...session, requestId }, which);
  if (!ended.ok) return broken(screen, route, ended.failure);
  const there = signOutUrl(session, firstOf<SignInPortal>(screen.results[0]));
  if (there !== undefined) return signedOut(screen, there);
  const cookie = clearCookie(screen.url, 'portcullis');
  return { response: seeOther(screen, `/console/sign-in?why=${why}`, [cookie]) };
}
