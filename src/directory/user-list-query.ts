// What somebody who looks through the directory asks for, as text and as meaning. Any text means something: what is not known is
// left out, so that an old address still shows a list.
import { fold } from '../scim/fold.ts';

export const LOGIN_TYPES = ['saml', 'password', 'service'] as const;
export type LoginType = (typeof LOGIN_TYPES)[number];

/** `deactivated` is `inactive` and `removed` together. */
const SHOWN = ['registered', 'deactivated', 'inactive', 'removed', 'all'] as const;
export type Shown = (typeof SHOWN)[number];

/** Words that all stand in the user name or the name, or an external id or the beginning of a user name as a whole. */
export interface SoughtText {
  /** As it was typed, on one line. */
  readonly typed: string;
  /** The same for comparing without case. */
  readonly folded: string;
  readonly words: readonly string[];
}

export interface ListQuery {
  readonly show: Shown;
  readonly login: LoginType | undefined;
  readonly role: string | undefined;
  /** The name of a team. */
  readonly team: string | undefined;
  readonly sought: SoughtText;
}

const CHARACTERS = 100;
const WORDS = 5;
const TEAM_CHARACTERS = 200;

/** The list that the query of an address asks for. */
export function readListQuery(query: URLSearchParams): ListQuery {
  const role = query.get('role') ?? '';
  return {
    show: SHOWN.find((name) => name === query.get('show')) ?? 'registered',
    login: LOGIN_TYPES.find((name) => name === query.get('login')),
    role: /^[a-z][a-z0-9_-]{0,63}$/.test(role) ? role : undefined,
    team: readTeam(query.get('team') ?? ''),
    sought: readSought(query.get('q') ?? ''),
  };
}

/** A name that no team can have is none. */
function readTeam(text: string): string | undefined {
  const name = text.toWellFormed().trim();
  return name === '' || name.length > TEAM_CHARACTERS ? undefined : name;
}

function readSought(text: string): SoughtText {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const typed = [...line].slice(0, CHARACTERS).join('').trim();
  const folded = fold(typed);
  return {
    typed,
    folded,
    words: folded
      .split(/\s+/)
      .filter((word) => word !== '')
      .slice(0, WORDS),
  };
}

/** Whether it asks for some of those only whom `show` has. */
export function isNarrowed({ login, role, team, sought }: ListQuery): boolean {
  return login !== undefined || role !== undefined || team !== undefined || sought.folded !== '';
}
