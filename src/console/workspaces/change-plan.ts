// What a change of the selected workspaces would come to, before it is asked for: which of them change, which cannot, and what else
// has to be said. Pure; the functions that change them decide again by what is there then.
import type { Action } from './change-words.ts';
import { mayOwn, type PersonRow } from './owner-query.ts';
import { standingOf, type WorkspaceRow } from './workspace-row.ts';

export interface Plan {
  readonly changes: readonly WorkspaceRow[];
  /** So already. */
  readonly unchanged: readonly WorkspaceRow[];
  /** What is in the way: all change, or none. */
  readonly blocked: readonly { readonly row: WorkspaceRow; readonly because: string }[];
  /** Those of `changes` whose owner cannot keep them. */
  readonly orphans: readonly WorkspaceRow[];
  readonly needsOwner: boolean;
  /** Those of `changes` whose legal hold would end with their restoring. */
  readonly endsHold: readonly WorkspaceRow[];
  /** Those of `changes` that are deleted within minutes of their release. */
  readonly overdue: readonly WorkspaceRow[];
}

type Verdict = 'changes' | 'unchanged' | { readonly because: string };

/** The plan for the rows; `owner` is who is to own them, where somebody was named. */
export function planOf(
  action: Action,
  rows: readonly WorkspaceRow[],
  owner: PersonRow | undefined,
  nowMs: number,
): Plan {
  const judged = rows.map((row) => ({ row, verdict: verdictOf(action, row, owner) }));
  const of = (wanted: Verdict) => judged.filter(({ verdict }) => verdict === wanted).map(({ row }) => row);
  const changes = of('changes');
  const isMove = action === 'restore' || action === 'transfer';
  const orphans = isMove ? changes.filter(({ ownerActive }) => ownerActive !== 1) : [];
  const hasOwner = owner !== undefined && mayOwn(owner);
  return {
    changes,
    unchanged: of('unchanged'),
    blocked: judged.flatMap(({ row, verdict }) =>
      typeof verdict === 'string' ? [] : [{ row, because: verdict.because }],
    ),
    orphans,
    needsOwner: !hasOwner && (action === 'transfer' || (action === 'restore' && orphans.length > 0)),
    endsHold: action === 'restore' ? changes.filter(isUnderLegalHold) : [],
    overdue: action === 'release' ? changes.filter((row) => isOverdueWhenReleased(row, nowMs)) : [],
  };
}

function verdictOf(action: Action, row: WorkspaceRow, owner: PersonRow | undefined): Verdict {
  const { kind } = standingOf(row);
  if (kind === 'gone') return { because: 'is deleted: its content is gone for good' };
  if (kind === 'going') return { because: 'is being deleted: part of its content is gone' };
  switch (action) {
    case 'restore':
      return kind === 'active' ? 'unchanged' : 'changes';
    case 'transfer':
      return row.ownerSeq === owner?.seq ? 'unchanged' : 'changes';
    case 'hold':
      if (kind === 'active') return { because: 'is active, so nothing of it is due to be deleted' };
      return isUnderLegalHold(row) ? 'unchanged' : 'changes';
    case 'release':
      if (kind === 'active') return { because: 'is active, so nobody holds it' };
      return isUnderLegalHold(row) ? 'changes' : 'unchanged';
  }
}

function isUnderLegalHold({ ledgerState, heldBy }: WorkspaceRow): boolean {
  return ledgerState === 'held' && heldBy !== null;
}

function isOverdueWhenReleased({ heldBy, dueAt }: WorkspaceRow, nowMs: number): boolean {
  return heldBy === 'admin' && (dueAt ?? nowMs) <= nowMs;
}
