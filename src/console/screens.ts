// Every address of the console that needs a session: what it reads in the call that asks for the session, and what it does.
import type { Exchange, Handled, SignedIn } from './exchange.ts';
import { selectHome, showHome } from './home.tsx';
import { signOut, signOutEverywhere } from './sign-out.ts';

export interface Screen {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** SELECTs that run behind the question whether the session is alive. */
  readonly reads?: (exchange: Exchange) => readonly D1PreparedStatement[];
  readonly act: (screen: SignedIn) => Promise<Handled>;
}

export const SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console', reads: selectHome, act: showHome },
  { method: 'POST', path: '/console/sign-out', act: signOut },
  { method: 'POST', path: '/console/sign-out-everywhere', act: signOutEverywhere },
];
