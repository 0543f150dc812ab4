// An account as an admin of the portal acts on it: of any login type and in any state, which SCIM does not see as a rule.
import { readUser, USER_COLUMNS, type UserRow } from '../storage/user-rows.ts';
import { DIVISION_SQL } from './division.ts';
import { isProvisionedAt } from './provisioning.ts';
import type { User } from './user.ts';

export interface Account extends User {
  readonly loginType: 'saml' | 'password' | 'service';
  /** When access ended; null while active. */
  readonly deactivatedAt: number | null;
  /** Since when the row is a tombstone; null while it is none. */
  readonly removedAt: number | null;
  /** Whether, without this account, an active admin who can sign in is left. */
  readonly othersSignIn: boolean;
  /** Whether, without this account, an active admin who has set a password is left. */
  readonly othersHavePassword: boolean;
  /** The name of its team; null for none. */
  readonly team: string | null;
  /** Whether its division is the name of a team. */
  readonly asksForTeam: boolean;
  /** Whether an identity provider provisions the portal, and so decides over the accounts that it manages. */
  readonly isProvisioned: boolean;
}

/** A row of `selectAnyAccount`. */
export interface AccountRow extends UserRow, Pick<Account, 'loginType' | 'deactivatedAt' | 'removedAt' | 'team'> {
  readonly asksForTeam: number;
  readonly isProvisioned: number;
  readonly othersSignIn: number;
  readonly othersHavePassword: number;
}

/** SQL: without the row of `users`, an active admin who can sign in is left; as `floorGuard` has it. */
const OTHERS_SIGN_IN = `EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'admin' AND other.active = 1
  AND other.login_type IN ('saml', 'password') AND other.removed_at IS NULL AND other.seq <> users.seq)`;

/** SQL: without the row of `users`, an active admin who has set a password is left. */
const OTHERS_HAVE_PASSWORD = `EXISTS (SELECT 1 FROM credentials AS c CROSS JOIN users AS other ON other.seq = c.user_seq
  WHERE other.seq <> users.seq AND other.role = 'admin' AND other.active = 1 AND other.login_type = 'password')`;

/** The account with this `seq`, as things are at `nowMs` (UTC): one row of type `AccountRow`, or none. `more` are columns besides. */
export function selectAnyAccount(
  db: D1Database,
  seq: number,
  nowMs: number,
  more: readonly string[] = [],
): D1PreparedStatement {
  const columns = [
    USER_COLUMNS,
    'login_type AS loginType',
    'deactivated_at AS deactivatedAt',
    'removed_at AS removedAt',
    `${OTHERS_SIGN_IN} AS othersSignIn`,
    `${OTHERS_HAVE_PASSWORD} AS othersHavePassword`,
    '(SELECT name FROM teams WHERE teams.seq = users.team_seq) AS team',
    `EXISTS (SELECT 1 FROM teams WHERE name = users.${DIVISION_SQL}) AS asksForTeam`,
    isProvisionedAt('?2'),
    ...more,
  ];
  return db.prepare(`SELECT ${columns.join(', ')} FROM users WHERE seq = ?1`).bind(seq, nowMs);
}

/** The account of a row. */
export function readAccount(row: AccountRow): Account {
  const { loginType, deactivatedAt, removedAt, othersSignIn, othersHavePassword, team, ...more } = row;
  const { asksForTeam, isProvisioned, ...user } = more;
  const others = { othersSignIn: othersSignIn === 1, othersHavePassword: othersHavePassword === 1 };
  const portal = { team, asksForTeam: asksForTeam === 1, isProvisioned: isProvisioned === 1 };
  return { ...readUser(user), loginType, deactivatedAt, removedAt, ...others, ...portal };
}
