// Restore and transfer of workspaces, one or many, before and after their owner's deactivation. A transfer changes neither state
// nor deletion date; a restore needs an active owner and ends the entry in the ledger. It ends the brake's hold too, but
// a legal one only where that is said: what is active is not held, so the owner's next deactivation would delete it.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import { announce } from './archived-events.ts';
import { endEmptied, ledgerRowsOf, splitLedger } from './ledger-split.ts';
import { changeWorkspaces, type WorkspacesChanged } from './workspace-commit.ts';
import { filedOf, isUnderLegalHold, named, type Selection, type Standing } from './workspace-selection.ts';

/** Whether `actor` is the id of a person, who must then be an active admin when it is written. */
export interface Asked {
  readonly byAdmin?: true;
}

export type Restore = Selection & {
  readonly newOwnerId?: string | undefined;
  readonly endHold?: boolean | undefined;
} & Asked;

/** Makes archived workspaces active again; active ones stay as they are. With `newOwnerId` all that are restored belong to that user
 * then. Fails with `invalid_value` where the owner of one is not active and no new one is named, or the new one cannot own, and
 * where one is under legal hold without `endHold`; of an owner's, these stay as they are. */
export async function restoreWorkspaces(
  context: SettingsContext,
  selection: Restore,
): Promise<Result<WorkspacesChanged>> {
  const { db } = context;
  return changeWorkspaces(context, selection, async (selected) => {
    const archived = selected.filter(({ state }) => state === 'archived');
    const held = selection.endHold ? [] : archived.filter(isUnderLegalHold);
    if (held.length > 0 && 'ids' in selection) return underHold(held);
    const changes = archived.filter((workspace) => !held.includes(workspace));
    const refused = await refuseOthers(context, selection);
    if (refused) return refused;
    const owner = await ownerFor(db, selection.newOwnerId);
    if (!owner.ok) return owner;
    const orphans = changes.filter(({ ownerActive }) => ownerActive !== 1);
    if (owner.value === undefined && orphans.length > 0) return needsOwner(orphans);
    const ownerSeq = owner.value;
    return ok({
      changes,
      guards: [
        ...adminGuard(context, selection),
        ownersGuard(db, ownerSeq === undefined ? changes.map((w) => w.ownerSeq) : [ownerSeq]),
      ],
      statements: (nowMs: number) => reactivate(db, changes, ownerSeq, nowMs),
      type: 'workspace.restored',
      attributes: (w: Standing) => (ownerSeq === undefined || ownerSeq === w.ownerSeq ? [] : ['owner']),
    });
  });
}

/** Gives active and archived workspaces to another user; those that are theirs stay as they are. What is held stays held. Fails with
 * `invalid_value` when the new owner is not an active user, or is a service account. */
export async function transferWorkspaces(
  context: SettingsContext,
  selection: Selection & { readonly newOwnerId: string } & Asked,
): Promise<Result<WorkspacesChanged>> {
  const { db } = context;
  return changeWorkspaces(context, selection, async (selected) => {
    const refused = await refuseOthers(context, selection);
    if (refused) return refused;
    const owner = await ownerFor(db, selection.newOwnerId);
    if (!owner.ok) return owner;
    const ownerSeq = owner.value;
    const changes = selected.filter((w) => w.ownerSeq !== ownerSeq);
    const active = changes.filter(({ state }) => state === 'active');
    return ok({
      changes,
      guards: [...adminGuard(context, selection), ownersGuard(db, [ownerSeq])],
      statements: (nowMs: number) => [
        ...splitLedger(db, filedOf(changes), { ownerSeq }, nowMs),
        db
          .prepare('UPDATE workspaces SET owner_seq = ? WHERE seq IN (SELECT value FROM json_each(?))')
          .bind(ownerSeq, JSON.stringify(active.map(({ seq }) => seq))),
      ],
      type: 'workspace.transferred',
      attributes: () => ['owner'],
    });
  });
}

function reactivate(
  db: D1Database,
  workspaces: readonly Standing[],
  ownerSeq: number | undefined,
  nowMs: number,
): D1PreparedStatement[] {
  return [
    ...announce(db),
    db
      .prepare(
        `UPDATE workspaces SET state = 'active', archived_at = NULL, destruction_seq = NULL, owner_seq = coalesce(?2, owner_seq)
         WHERE seq IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(workspaces.map(({ seq }) => seq)), ownerSeq ?? null),
    endEmptied(db, ledgerRowsOf(filedOf(workspaces)), nowMs),
  ];
}

async function ownerFor<Id extends string | undefined>(
  db: D1Database,
  id: Id,
): Promise<Result<Id extends string ? number : number | undefined>>;
async function ownerFor(db: D1Database, id: string | undefined): Promise<Result<number | undefined>> {
  if (id === undefined) return ok(undefined);
  const outcome = await readBatch(db, [
    db.prepare('SELECT seq, active, login_type AS loginType FROM users WHERE id = ?').bind(id),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const user = outcome.results[0]?.results[0] as OwnerRow | undefined;
  if (!user) return fail('invalid_value', `There is no user with the id ${id} to own workspaces. Nothing was changed.`);
  if (user.loginType === 'service') {
    return fail(
      'invalid_value',
      `${id} is a service account, which nobody signs in to. Name a person. Nothing was changed.`,
    );
  }
  if (user.active !== 1) {
    return fail(
      'invalid_value',
      `${id} is not active and cannot own workspaces. Name an active user. Nothing was changed.`,
    );
  }
  return ok(user.seq);
}

interface OwnerRow {
  readonly seq: number;
  readonly active: number;
  readonly loginType: string;
}

/** Holds that all of them are active users who may own. */
function ownersGuard(db: D1Database, seqs: readonly number[]): D1PreparedStatement {
  return guard(
    db,
    'owner',
    `NOT EXISTS (SELECT 1 FROM json_each(?1) AS j JOIN users AS u ON u.seq = j.value WHERE u.active = 0 OR u.login_type = 'service')`,
    JSON.stringify([...new Set(seqs)]),
  );
}

const IS_ADMIN = "EXISTS (SELECT 1 FROM users WHERE id = ?1 AND active = 1 AND role = 'admin')";

async function refuseOthers({ db, actor }: SettingsContext, { byAdmin }: Asked): Promise<Result<never> | undefined> {
  if (!byAdmin) return undefined;
  const outcome = await readBatch(db, [db.prepare(`SELECT ${IS_ADMIN} AS admin`).bind(actor)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [found] = (outcome.results[0]?.results ?? []) as { readonly admin: number }[];
  if (found?.admin === 1) return undefined;
  return fail('not_admin', 'Only an active admin may restore or hand on workspaces. Nothing was changed.');
}

/** Holds that who asks is still an active admin. */
function adminGuard({ db, actor }: SettingsContext, { byAdmin }: Asked): D1PreparedStatement[] {
  return byAdmin ? [guard(db, 'owner', IS_ADMIN, actor)] : [];
}

function underHold(held: readonly Standing[]): Result<never> {
  const [are, it] = held.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return fail(
    'invalid_value',
    `${named(held)} ${are} under legal hold: release ${it} first, or end the hold in the same step. Nothing was changed.`,
  );
}

function needsOwner(orphans: readonly Standing[]): Result<never> {
  const owners = [...new Set(orphans.map(({ ownerName }) => ownerName))].slice(0, 3).join(', ');
  return fail(
    'invalid_value',
    `${named(orphans)} ${orphans.length === 1 ? 'belongs' : 'belong'} to someone who is not active (${owners}). Name a new owner in the same step. Nothing was changed.`,
  );
}
