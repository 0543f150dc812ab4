// A workspace as the console shows it: its row, its owner, the ledger row that holds its date, and what it holds, counted up to a bound.

import type { HoldColumns } from '../../lifecycle/hold-moves.ts';
import type { WorkspaceState } from '../../lifecycle/workspace-selection.ts';
import type { Holder } from '../page/deletion-text.tsx';

/** Rows of content that are counted of one workspace and one table in a list, and where one is shown by itself. */
export const COUNTED_IN_LIST = 100;
export const COUNTED_ALONE = 10_000;

/** Times are UTC milliseconds. */
export interface WorkspaceRow {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly state: WorkspaceState;
  readonly createdAt: number;
  readonly archivedAt: number | null;
  readonly deletedAt: number | null;
  readonly ownerSeq: number;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly ownerActive: number;
  readonly ownerRemoved: number;
  readonly ledgerSeq: number | null;
  readonly ledgerState: HoldColumns['state'] | null;
  readonly heldBy: HoldColumns['heldBy'];
  readonly dueAt: number | null;
  /** JSON: how many, and their bytes. */
  readonly files: string;
  readonly messages: string;
}

/** A SELECT of `WorkspaceRow` and of the columns `more`, from a SELECT of rows of `workspaces`. */
export function workspaceRowsOf(rows: string, bound: number, more: readonly string[] = []): string {
  const counted = (table: string) =>
    `(SELECT json_array(count(*), coalesce(sum(size_bytes), 0)) FROM (SELECT size_bytes FROM ${table}
        WHERE workspace_seq = p.seq AND workspace_seq IS NOT NULL LIMIT ${bound})) AS ${table}`;
  return `SELECT p.seq, p.id, p.name, p.state, p.created_at AS createdAt, p.archived_at AS archivedAt, p.deleted_at AS deletedAt,
      p.owner_seq AS ownerSeq, u.id AS ownerId, u.user_name AS ownerName, u.active AS ownerActive, u.removed_at IS NOT NULL AS ownerRemoved,
      d.seq AS ledgerSeq, d.state AS ledgerState, d.held_by AS heldBy, d.due_at AS dueAt,
      ${['files', 'messages'].map(counted).join(', ')}${more.map((column) => `, p.${column}`).join('')}
    FROM (${rows}) AS p LEFT JOIN users AS u ON u.seq = p.owner_seq LEFT JOIN destructions AS d ON d.seq = p.destruction_seq`;
}

/** How a workspace stands: what people may do with it, and what becomes of it by itself. `going`: its deletion has begun. */
export type Standing =
  | { readonly kind: 'active' }
  | { readonly kind: 'waiting'; readonly dueAt: number }
  | { readonly kind: 'held'; readonly by: Holder; readonly dueAt: number }
  | { readonly kind: 'going' }
  | { readonly kind: 'gone'; readonly at: number };

export function standingOf({ state, deletedAt, dueAt, ledgerState, heldBy, archivedAt }: WorkspaceRow): Standing {
  if (deletedAt !== null) return { kind: 'gone', at: deletedAt };
  if (state === 'deleted') return { kind: 'going' };
  if (state === 'active') return { kind: 'active' };
  const due = dueAt ?? archivedAt ?? 0;
  return ledgerState === 'held' ? { kind: 'held', by: heldBy ?? 'brake', dueAt: due } : { kind: 'waiting', dueAt: due };
}

/** What a workspace holds; `atLeast` where counting stopped. */
export interface Holdings {
  readonly files: number;
  readonly messages: number;
  readonly bytes: number;
  readonly atLeast: boolean;
}

export function holdingsOf({ files, messages }: WorkspaceRow, bound: number): Holdings {
  const [[fileCount, fileBytes], [messageCount, messageBytes]] = [pairOf(files), pairOf(messages)];
  return {
    files: fileCount,
    messages: messageCount,
    bytes: fileBytes + messageBytes,
    atLeast: fileCount >= bound || messageCount >= bound,
  };
}

function pairOf(json: string): readonly [count: number, bytes: number] {
  return JSON.parse(json);
}
