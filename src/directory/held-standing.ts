// What has happened to a person since a deactivation that is held: whoever came back, or was ended again on purpose, was decided
// about anew, and a restore does not undo that.
import type { HeldDeactivation, HeldUser } from '../lifecycle/held.ts';
import type { Portal } from './portal.ts';

/** What the journal says about the role since a held deactivation: nobody gave or took one, somebody did, or it is not known. */
export type RoleSince = 'undecided' | 'decided' | 'forgotten';

/** How a user stands now, and what is held of the ends of access. */
export interface Standing extends Pick<HeldUser, 'active' | 'removedAt' | 'deactivatedAt'> {
  readonly held: readonly {
    readonly at: number;
    readonly account: Pick<HeldDeactivation['account'], 'active' | 'removed'>;
  }[];
}

/** Whether the last end of this user's access, or of the account, is none of those held. */
export function wasEndedSince({ active, removedAt, deactivatedAt, held }: Standing): boolean {
  const removals = held.filter(({ account }) => account.removed === 1);
  if (removedAt !== null && !removals.some(({ at }) => at === removedAt)) return true;
  const ends = held.filter(({ account }) => account.active === 1);
  return !active && ends.length > 0 && !ends.some(({ at }) => at === deactivatedAt);
}

/** Whether the user had access again after this held deactivation. */
export function cameBack(user: HeldUser, since: HeldDeactivation): boolean {
  return user.active || laterOnes(user, since).some(({ account }) => account.active === 1);
}

/** Whether the identity provider made the user anew after this held removal. */
export function wasMadeAnew(user: HeldUser, since: HeldDeactivation): boolean {
  if (since.account.removed === 0) return false;
  return user.removedAt === null || laterOnes(user, since).some(({ account }) => account.removed === 1);
}

function laterOnes({ held }: HeldUser, { accountSeq }: HeldDeactivation): HeldDeactivation[] {
  return held.filter((one) => one.accountSeq > accountSeq);
}

/** The causes of those held deactivations whose role is given back only if nobody has decided over it since. */
export function rolesToAsk(user: HeldUser, { policy }: Portal): string[] {
  if (user.role !== policy.defaultRole) return [];
  return user.held
    .filter((held) => held.account.active === 1 && held.account.role !== policy.defaultRole && cameBack(user, held))
    .map(({ cause }) => cause);
}

/** Rows of the journal that are looked through at most; a cause that is further back counts as forgotten. */
const MAX_ROWS = 100_000;

/** What became of the role since each cause: rows `{ cause, since }`. Reads the journal from the cause on. */
export function selectRolesSince(
  db: D1Database,
  user: HeldUser,
  causes: readonly string[],
  { policy, extensionUrn }: Portal,
): D1PreparedStatement {
  const names = policy.adminBy === 'user_type' ? ['userType'] : ['isAdmin', ...(extensionUrn ? [extensionUrn] : [])];
  return db
    .prepare(
      `SELECT named.value AS cause, CASE
         WHEN c.seq IS NULL OR (SELECT max(seq) FROM journal) - c.seq > ${MAX_ROWS} THEN 'forgotten'
         WHEN EXISTS (SELECT 1 FROM journal AS j WHERE j.seq > c.seq AND j.subject = ?2 AND ${DECIDES}) THEN 'decided'
         ELSE 'undecided' END AS since
       FROM json_each(?1) AS named LEFT JOIN journal AS c ON c.mutation_id = named.value`,
    )
    .bind(JSON.stringify(causes), user.id, JSON.stringify(names));
}

/** The end of access takes the role with it, which nobody has decided. What was ignored is named and was not done. */
const DECIDES = `(j.type IN ('user.admin_granted', 'user.admin_revoked')
  OR (j.type IN ('user.created', 'user.updated', 'user.reactivated') AND j.rule IS NOT 'inactive_profile_ignored'
    AND EXISTS (SELECT 1 FROM json_each(j.attributes) AS n WHERE n.value IN (SELECT value FROM json_each(?3)))))`;

/** The results of it, by cause. */
export function readRolesSince(result: D1Result | undefined): ReadonlyMap<string, RoleSince> {
  const rows = (result?.results ?? []) as { cause: string; since: RoleSince }[];
  return new Map(rows.map(({ cause, since }) => [cause, since]));
}
