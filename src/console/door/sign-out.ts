// Signing out: of this browser, or of every one.
import { endSessions } from '../../auth/session-end.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { clearCookie } from '../page/cookies.ts';
import { broken } from '../page/refusal.tsx';

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
  const cookie = clearCookie(screen.url, 'portcullis');
  return { response: seeOther(screen, `/console/sign-in?why=${why}`, [cookie]) };
}
