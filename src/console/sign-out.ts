// Signing out: of this browser, or of every one.
import { endSessions } from '../auth/session.ts';
import { seeOther } from './answer.ts';
import { clearCookie } from './cookies.ts';
import type { Handled, SignedIn } from './exchange.ts';
import { broken } from './refusal.tsx';

/** POST: ends this session. */
export function signOut(screen: SignedIn): Promise<Handled> {
  return end(screen, 'this', '/console/sign-out', 'out');
}

/** POST: ends all sessions of the person who is signed in. */
export function signOutEverywhere(screen: SignedIn): Promise<Handled> {
  return end(screen, 'all', '/console/sign-out-everywhere', 'everywhere');
}

async function end(screen: SignedIn, which: 'this' | 'all', route: string, why: string): Promise<Handled> {
  const ended = await endSessions(screen.env.DB, screen.session, which);
  if (!ended.ok) return broken(screen, route, ended.failure);
  const cookie = clearCookie(screen.url, 'portcullis');
  return { response: seeOther(screen, `/console/sign-in?why=${why}`, [cookie]), route };
}
