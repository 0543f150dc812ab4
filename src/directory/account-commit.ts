// How an admin of the portal changes one account in the console: read, decide, and one guarded commit with its journal row and, where
// admin rights change, its mail; again when a guard was lost. What identity providers do goes other ways.
import { fail, ok, type Result } from '../failure.ts';
import { type AdminChange, enqueueAdminMail } from '../outbox/enqueue.ts';
import { randomId } from '../random-id.ts';
import { type CommitOutcome, commit, pause } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { GuardName } from '../storage/guard.ts';
import { authorOf, insertJournal, type JournalType } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { floorGuard, policyGuard, versionGuard } from '../storage/user-writes.ts';
import { type Account, type AccountRow, readAccount, selectAnyAccount } from './account.ts';
import { LAST_ADMIN } from './account-rights.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import { type Portal, readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { type SettingsRow, selectPortalRow } from './settings-commit.ts';
import { noSuchTeam } from './team-guard.ts';

/** Which admin changes which account. */
export interface AccountContext extends SettingsContext {
  /** The `seq` of the admin's own account. */
  readonly ownSeq: number;
}

/** The account and the portal that a decision is made on, and what its statements carry. */
export interface Situation {
  readonly account: Account;
  readonly portal: Portal;
  readonly mutationId: string;
  /** UTC milliseconds. */
  readonly nowMs: number;
}

/** What is to be written. */
export interface AccountWrite {
  readonly type: JournalType;
  /** Names for the journal. */
  readonly attributes: readonly string[];
  readonly statements: readonly D1PreparedStatement[];
  /** What else must hold at that moment. */
  readonly guards?: readonly D1PreparedStatement[];
  /** What becomes of the admin rights: every active admin gets a mail, and the last one keeps them. */
  readonly adminRights?: AdminChange['kind'];
}

/** What came of it. Without a mutation id the account was so already, and nothing was written. */
export interface AccountChange {
  readonly mutationId?: string;
  /** Whether mails about admin rights wait to be sent. */
  readonly hasMail: boolean;
}

const TRIES = 5;

/** Changes the account of that `seq` as `decide` says, which gives undefined where there is nothing to do. Fails with
 * `resource_not_found`, `last_admin`, `invalid_value` for a team that is not there, as `decide` does, or like storage. */
export async function changeAccount(
  context: AccountContext,
  seq: number,
  decide: (situation: Situation) => Result<AccountWrite | undefined>,
): Promise<Result<AccountChange>> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const situation = await readSituation(context, seq);
    if (!situation.ok) return situation;
    const write = decide(situation.value);
    if (!write.ok) return write;
    if (write.value === undefined) return ok({ hasMail: false });
    const outcome = await commitWrite(context, situation.value, write.value);
    if (outcome.kind === 'fault') return faultFailure(outcome);
    const hasMail = write.value.adminRights !== undefined;
    if (outcome.kind === 'committed') return ok({ mutationId: situation.value.mutationId, hasMail });
    const final = finalFailure(outcome.guard);
    if (final) return final;
    await pause(attempt);
  }
  return contention();
}

/** What a lost guard means that trying again cannot help. */
function finalFailure(lost: GuardName): Result<never> | undefined {
  if (lost === 'floor') return fail('last_admin', LAST_ADMIN);
  if (lost === 'team') return noSuchTeam();
  return lost === 'session' ? contention() : undefined;
}

function contention(): Result<never> {
  return fail('too_much_contention', 'Somebody else changed the same account. Nothing was changed; try again.');
}

async function readSituation({ db, sources }: AccountContext, seq: number): Promise<Result<Situation>> {
  const nowMs = Math.trunc(sources.nowMs());
  const read = await readBatch(db, [selectPortalRow(db), selectAnyAccount(db, seq, nowMs)]);
  if (read.kind === 'fault') return faultFailure(read);
  const [settings, accounts] = read.results;
  const row = settings?.results[0] as SettingsRow | undefined;
  if (!row) throw new Error('the portal has no row: apply the migrations');
  const account = accounts?.results[0] as AccountRow | undefined;
  if (!account) return fail('resource_not_found', 'There is no such account.');
  return ok({
    account: readAccount(account),
    portal: await readPortal({ ...row, portalVersion: row.version }),
    mutationId: randomId(sources),
    nowMs,
  });
}

function commitWrite(
  { db, ...by }: AccountContext,
  { account, portal, mutationId, nowMs }: Situation,
  { type, attributes, statements, guards = [], adminRights: kind }: AccountWrite,
): Promise<CommitOutcome> {
  const event = { mutationId, subject: account.id, ...authorOf(by) };
  const losesAdmin = account.active && account.role === ADMIN_ROLE && kind === 'admin_revoked';
  return commit(db, {
    mutationId,
    guards: [
      policyGuard(db, portal.version),
      versionGuard(db, account.seq, account.version),
      ...(losesAdmin ? [floorGuard(db, account.seq)] : []),
      ...guards,
    ],
    statements: [
      ...statements,
      ...(kind === undefined ? [] : [enqueueAdminMail(db, { ...event, kind, nowMs })]),
      insertJournal(db, { ...event, type, attributes }, nowMs),
    ],
  });
}
