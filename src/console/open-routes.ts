// What is there for everybody; all other addresses are in SCREENS.
import { showFrontDoor } from './door/front-door.tsx';
import { showSession } from './door/session-answer.ts';
import { postSignIn, showSignIn } from './door/sign-in.tsx';
import { askToSignOut, postSignOut } from './door/sign-out-here.tsx';
import { showLogin, showMetadata, startLogin } from './door/sso-login.tsx';
import { postResponse } from './door/sso-response.tsx';
import { postWelcome, showWelcome } from './door/welcome.tsx';
import type { Exchange, Handled } from './exchange.ts';

interface Open {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: (exchange: Exchange) => Promise<Handled>;
}

export const OPEN: readonly Open[] = [
  { method: 'GET', path: '/', handle: showFrontDoor },
  { method: 'GET', path: '/console/sign-in', handle: showSignIn },
  { method: 'POST', path: '/console/sign-in', handle: postSignIn },
  { method: 'GET', path: '/console/welcome', handle: showWelcome },
  { method: 'POST', path: '/console/welcome', handle: postWelcome },
  { method: 'GET', path: '/auth/saml2/', handle: showLogin },
  { method: 'POST', path: '/auth/saml2/', handle: postResponse },
  { method: 'GET', path: '/auth/saml2/login', handle: startLogin },
  { method: 'GET', path: '/auth/saml2/metadata', handle: showMetadata },
  { method: 'GET', path: '/auth/session', handle: showSession },
  { method: 'GET', path: '/auth/sign-out', handle: askToSignOut },
  { method: 'POST', path: '/auth/sign-out', handle: postSignOut },
];
