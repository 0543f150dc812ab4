// Every address of the console that needs a session: what it reads in the call that asks for the session, and what it does.
import { AUTHENTICATION_SCREENS } from './authentication/screens.ts';
import { BRAKE_SCREENS } from './brake/screens.ts';
import { CLIENT_SCREENS } from './clients/screens.ts';
import { CONNECT_SCREENS } from './connect/screens.ts';
import { DESTRUCTION_SCREENS } from './destructions/screens.ts';
import { selectSignOut, signOut, signOutEverywhere } from './door/sign-out.ts';
import type { Addressed, Answer, Posted, SignedIn } from './exchange.ts';
import { selectHome, showHome } from './home/home.tsx';
import { KEY_SCREENS } from './keys/screens.ts';
import { LOG_SCREENS } from './log/screens.ts';
import { MAIL_SCREENS } from './mails/screens.ts';
import { SETTINGS_SCREENS } from './settings/screens.ts';
import { TEAM_SCREENS } from './teams/screens.ts';
import { USER_SCREENS } from './user/screens.ts';
import { USERS_SCREENS } from './users/screens.ts';
import { WORKSPACE_SCREENS } from './workspaces/screens.ts';

interface Address {
  /** Below the origin; `:name` stands for one part of the path. */
  readonly path: string;
  /** SELECTs that run behind the question whether the session is alive. */
  readonly reads?: (request: Addressed) => readonly D1PreparedStatement[];
}

interface Page extends Address {
  readonly method: 'GET';
  /** Part of a page that the page itself asks for again and again: it does not keep a session from ending for want of use. */
  readonly isLive?: true;
  readonly act: (screen: SignedIn) => Promise<Answer>;
}

interface Form extends Address {
  readonly method: 'POST';
  /** Of a form that takes more than a form of ours has. */
  readonly maxBytes?: number;
  readonly act: (form: Posted) => Promise<Answer>;
}

export type Screen = Page | Form;

export const SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console', reads: selectHome, act: showHome },
  { method: 'POST', path: '/console/sign-out', reads: selectSignOut, act: signOut },
  { method: 'POST', path: '/console/sign-out-everywhere', reads: selectSignOut, act: signOutEverywhere },
  ...BRAKE_SCREENS,
  ...MAIL_SCREENS,
  ...SETTINGS_SCREENS,
  ...TEAM_SCREENS,
  ...AUTHENTICATION_SCREENS,
  ...USER_SCREENS,
  ...USERS_SCREENS,
  ...WORKSPACE_SCREENS,
  ...LOG_SCREENS,
  ...CONNECT_SCREENS,
  ...KEY_SCREENS,
  ...CLIENT_SCREENS,
  ...DESTRUCTION_SCREENS,
];

export interface Found {
  readonly screen: Screen;
  readonly params: Readonly<Record<string, string>>;
}

/** The screens at a path, one a method at most. Where two patterns fit, the one without a parameter has it. */
export function screensAt(path: string, screens: readonly Screen[] = SCREENS): readonly Found[] {
  const found = screens.flatMap((screen) => {
    const params = matchPath(screen.path, path);
    return params ? [{ screen, params }] : [];
  });
  const plain = found.filter(({ params }) => Object.keys(params).length === 0);
  return plain.length > 0 ? plain : found;
}

/** A parameter is one part of the path in characters that need no escape. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, parts] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, name] of wanted.entries()) {
    const part = parts[i] ?? '';
    if (!name.startsWith(':')) {
      if (name !== part) return undefined;
    } else if (/^[\w.-]+$/.test(part)) params[name.slice(1)] = part;
    else return undefined;
  }
  return params;
}
