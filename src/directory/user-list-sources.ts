// The ways through the directory that a list for people can take. Each is an index in its own order, so that a page is found without
// looking at the ones before it. A list goes through some of them one after the other, and each leaves out what an earlier one has.
import type { Sql } from '../storage/condition-sql.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { ListQuery } from './user-list-query.ts';

interface Source {
  readonly index: string;
  /** The rows that it has; never NULL. */
  readonly rows: (query: Pick<ListQuery, 'sought' | 'team'>) => Sql;
  readonly order: Order;
}

/** `key` is a column whose value goes into a cursor beside the `seq`. */
interface Order {
  readonly key: string;
  readonly by: string;
  readonly behind: string;
  /** What `behind` takes of a position. */
  readonly takes: (seq: number, key: string | number) => Sql['values'];
  /** What `behind` takes where the list begins: with it, SQLite always searches the index and never calls it a scan. */
  readonly begin: Sql['values'];
  readonly keyType: 'string' | 'number';
}

/** Greater than any `seq` and any time. */
const LAST = Number.MAX_SAFE_INTEGER;

const NEWEST: Order = {
  key: 'seq',
  by: 'seq DESC',
  behind: 'seq < ?',
  takes: (seq) => [seq],
  begin: [LAST],
  keyType: 'number',
};

const BY_NAME: Order = {
  key: 'user_name_key',
  by: 'user_name_key',
  behind: 'user_name_key > ?',
  takes: (_, key) => [key],
  begin: [''],
  keyType: 'string',
};

const LAST_REMOVED: Order = {
  key: 'removed_at',
  by: 'removed_at DESC, seq DESC',
  behind: '(removed_at, seq) < (?, ?)',
  takes: (seq, key) => [key, seq],
  begin: [LAST, LAST],
  keyType: 'number',
};

const BY_LOGIN: Order = {
  key: 'login_type',
  by: 'login_type, seq',
  behind: '(login_type, seq) > (?, ?)',
  takes: (seq, key) => [key, seq],
  begin: ['', 0],
  keyType: 'string',
};

/** Greater than any character of a user name, in the order of SQLite, which is that of UTF-8. */
const LAST_CHARACTER = '\u{10ffff}';
const plain = (sql: string) => () => ({ sql, values: [] });

// The conditions of partial indexes are repeated word for word: SQLite takes such an index only then.
export const SOURCES = {
  external: {
    index: 'users_external_id',
    rows: ({ sought: { typed } }) => ({
      sql: 'external_id = ? AND external_id IS NOT NULL AND removed_at IS NULL',
      values: [typed],
    }),
    order: NEWEST,
  },
  prefix: {
    index: 'users_user_name_key',
    rows: ({ sought: { folded } }) => ({
      sql: 'user_name_key >= ? AND user_name_key < ? AND removed_at IS NULL',
      values: [folded, folded + LAST_CHARACTER],
    }),
    order: BY_NAME,
  },
  names: { index: 'users_user_name_key', rows: plain('removed_at IS NULL'), order: BY_NAME },
  team: {
    index: 'users_team',
    rows: ({ team }) => ({
      sql: 'team_seq = (SELECT seq FROM teams WHERE name = ?) AND team_seq IS NOT NULL AND removed_at IS NULL',
      values: [team ?? ''],
    }),
    order: NEWEST,
  },
  admins: { index: 'users_admins', rows: plain("role = 'admin' AND active = 1"), order: NEWEST },
  outside: { index: 'users_outside', rows: plain("login_type <> 'saml'"), order: BY_LOGIN },
  inactive: {
    index: 'users_active',
    rows: plain("active = 0 AND login_type = 'saml' AND removed_at IS NULL"),
    order: NEWEST,
  },
  removed: { index: 'users_removed', rows: plain('removed_at IS NOT NULL'), order: LAST_REMOVED },
} satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

/** The ways that together have everybody whom a list may show, in the order of the list. */
export function sourcesOf({ show, login, role, team, sought }: ListQuery): readonly SourceName[] {
  // Nobody who was removed is in a team.
  if (team !== undefined) return ['team'];
  if (login === 'password' || login === 'service') return ['outside'];
  if (show === 'registered' && role === ADMIN_ROLE) return ['admins'];
  const found: readonly SourceName[] = sought.folded === '' ? [] : ['external', 'prefix'];
  return [...found, ...everybodyOf(show, role)];
}

function everybodyOf(show: ListQuery['show'], role: string | undefined): readonly SourceName[] {
  switch (show) {
    case 'registered':
      return ['names'];
    case 'inactive':
      return INACTIVE;
    case 'removed':
      return ['removed'];
    case 'deactivated':
      return [...INACTIVE, 'removed'];
    case 'all':
      return role === ADMIN_ROLE ? ['admins', ...INACTIVE, 'removed'] : ['names', 'removed'];
  }
}

const INACTIVE = ['inactive', 'outside'] as const;
