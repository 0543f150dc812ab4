// Undoing what the brake holds of one user: read, decide, and one guarded commit; again when a guard was lost.
import { fail, ok, type Result } from '../failure.ts';
import { giveBack, giveBackGuards, type Restoration } from '../lifecycle/give-back.ts';
import { type HeldUser, readHeldUser, selectHeldUser } from '../lifecycle/held.ts';
import { randomId } from '../random-id.ts';
import { type CommitOutcome, commit, pause } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { authorOf, insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { policyGuard } from '../storage/user-writes.ts';
import { decideGiveBack, type GiveBack, type Withheld } from './give-back-decision.ts';
import {
  type RoleSince,
  readRolesSince,
  rolesToAsk,
  type Standing,
  selectRolesSince,
  wasEndedSince,
} from './held-standing.ts';
import { type Portal, readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { type SettingsRow, selectPortalRow } from './settings-commit.ts';
import { foldUser } from './user-folded.ts';

/** A user who stays held: another account has the userName by now, SCIM no longer manages the account, or access was ended again
 * by a deactivation that is not held. */
export interface StaysHeld {
  readonly userName: string;
  readonly reason: 'user_name_taken' | 'managed_by_portal' | 'ended_since';
}

/** What became of one user; `nothing` where somebody else was faster. */
export type UserOutcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'restored'; readonly userName: string; readonly withheld: readonly Withheld[] }
  | ({ readonly kind: 'stays' } & StaysHeld);

const TRIES = 5;

/** Gives back all that is held of one user. Two D1 calls; a third for somebody who came back with another role. */
export async function giveBackUser(context: SettingsContext, userSeq: number): Promise<Result<UserOutcome>> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const tried = await tryOnce(context, userSeq);
    if (!tried.ok) return tried;
    if (tried.value) return ok(tried.value);
    await pause(attempt);
  }
  return fail(
    'too_much_contention',
    'Somebody else keeps changing the same user. What came back so far stays; try again.',
  );
}

/** Undefined where a guard was lost and nothing was written. */
async function tryOnce(context: SettingsContext, userSeq: number): Promise<Result<UserOutcome | undefined>> {
  const { db, sources } = context;
  const read = await readBatch(db, [selectPortalRow(db), ...selectHeldUser(db, userSeq)]);
  if (read.kind === 'fault') return faultFailure(read);
  const [settings, ...results] = read.results;
  const user = readHeldUser(results);
  if (!user || user.held.length === 0) return ok({ kind: 'nothing' });
  const { userName } = user;
  const reason = whyHeld(user);
  if (reason) return ok({ kind: 'stays', userName, reason });
  const portal = await portalOf(settings);
  const rolesSince = await readRoles(db, user, portal);
  if (!rolesSince.ok) return rolesSince;
  const nowMs = Math.trunc(sources.nowMs());
  const decision = decideGiveBack({ before: user, portal, rolesSince: rolesSince.value }, nowMs);
  const outcome = await commitGiveBack(context, { user, portal, decision, nowMs });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  if (outcome.kind === 'committed') return ok({ kind: 'restored', userName, withheld: decision.withheld });
  return ok(outcome.guard === 'unique' ? { kind: 'stays', userName, reason: 'user_name_taken' } : undefined);
}

/** Why the user stays held, as far as the own row says it: whether another account has the userName, a commit finds out. */
export function whyHeld(user: Standing & Pick<HeldUser, 'managed'>): StaysHeld['reason'] | undefined {
  if (!user.managed) return 'managed_by_portal';
  return wasEndedSince(user) ? 'ended_since' : undefined;
}

async function portalOf(settings: D1Result | undefined): Promise<Portal> {
  const row = (settings?.results as SettingsRow[] | undefined)?.[0];
  if (!row) throw new Error('the portal has no row: apply the migrations');
  return readPortal({ ...row, portalVersion: row.version });
}

/** Asked after the user was read: who decides over the role meanwhile makes a new version of the user. */
async function readRoles(
  db: D1Database,
  user: HeldUser,
  portal: Portal,
): Promise<Result<ReadonlyMap<string, RoleSince>>> {
  const causes = rolesToAsk(user, portal);
  if (causes.length === 0) return ok(new Map());
  const read = await readBatch(db, [selectRolesSince(db, user, causes, portal)]);
  return read.kind === 'fault' ? faultFailure(read) : ok(readRolesSince(read.results[0]));
}

interface Decided {
  readonly user: HeldUser;
  readonly portal: Portal;
  readonly decision: GiveBack;
  readonly nowMs: number;
}

function commitGiveBack(
  { db, sources, ...by }: SettingsContext,
  { user, portal, decision, nowMs }: Decided,
): Promise<CommitOutcome> {
  const mutationId = randomId(sources);
  const { type, rule, attributes, after, withheld: _, ...decided } = decision;
  const { lastLoginAt } = after;
  const folded = foldUser(after, portal);
  const restoration: Restoration = { ...decided, user, lastLoginAt, folded, mutationId, ...authorOf(by), nowMs };
  const entry = { mutationId, type, subject: user.id, ...authorOf(by), rule, attributes } as const;
  return commit(db, {
    mutationId,
    guards: [policyGuard(db, portal.version), ...giveBackGuards(db, restoration)],
    statements: [...giveBack(db, restoration), insertJournal(db, entry, nowMs)],
  });
}
