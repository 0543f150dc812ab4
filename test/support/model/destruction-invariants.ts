// Nothing is destroyed early, nothing late while the cron comes, and the ledger counts what went.

import type { Moment } from './invariants.ts';
import { type Row, rowsIn } from './picture.ts';

const THIRTY_DAYS_MS = 30 * 86_400_000;

/** A workspace that is archived has a row of the ledger that is due exactly thirty days after; one that is deleted was archived
 * for thirty days at least. */
export function workspaceDatesHold({ picture }: Moment): string[] {
  const ledger = new Map(rowsIn(picture, 'destructions').map((row) => [row['seq'], row]));
  return rowsIn(picture, 'workspaces').flatMap((workspace) => {
    const { id, state } = workspace;
    if (state === 'active') return [];
    const row = ledger.get(workspace['destruction_seq'] ?? null);
    const dueMs = Number(workspace['archived_at']) + THIRTY_DAYS_MS;
    if (row?.['kind'] !== 'workspaces') return [`${id} is ${state} and the ledger does not know it`];
    const wrong = row['due_at'] === dueMs ? [] : [`${id} is due at ${row['due_at']} instead of ${dueMs}`];
    const early = workspace['deleted_at'] !== null && Number(workspace['deleted_at']) < dueMs;
    if (state === 'archived' && row['state'] === 'done') wrong.push(`${id} is archived, and its destruction done`);
    return early ? [...wrong, `${id} was deleted ${dueMs - Number(workspace['deleted_at'])} ms early`] : wrong;
  });
}

/** Every row of the ledger is about somebody, a row that is done left nothing behind, and together they count what is gone. */
export function ledgerIsSound({ picture, model }: Moment): string[] {
  const rows = rowsIn(picture, 'destructions');
  const counted = rows.reduce((sum, row) => sum + Number(row['objects']), 0);
  const bytes = rows.reduce((sum, row) => sum + Number(row['bytes']), 0);
  const stored = new Set([...rowsIn(picture, 'files'), ...rowsIn(picture, 'messages')].map((row) => row['id']));
  const gone = model.contents.filter(({ id, rowless }) => !rowless && !stored.has(id));
  const goneBytes = gone.reduce((sum, content) => sum + content.bytes, 0);
  return [
    ...rows.flatMap((row) => rowFaults(row, picture)),
    ...(counted === gone.length && bytes === goneBytes
      ? []
      : [`the ledger counts ${counted} objects of ${bytes} bytes, and ${gone.length} of ${goneBytes} are gone`]),
  ];
}

/** Whether a hold keeps personal content: it condemned that registration or a later one. */
function isHeld(content: Row, picture: Moment['picture']): boolean {
  return rowsIn(picture, 'destructions').some(
    (row) =>
      row['state'] === 'held' &&
      row['kind'] === 'user_content' &&
      row['user_seq'] === content['owner_seq'] &&
      Number(row['registration']) >= Number(content['registration']),
  );
}

function rowFaults(row: Row, picture: Moment['picture']): string[] {
  const { seq, kind, state } = row;
  const user = rowsIn(picture, 'users').find((one) => one['seq'] === row['user_seq']);
  if (user === undefined) return [`row ${seq} is about nobody`];
  const wrong: string[] = [];
  if ((state === 'done') !== (row['done_at'] !== null)) wrong.push(`row ${seq} is ${state}, done at ${row['done_at']}`);
  const ended = Number(row['registration']) < Number(user['registration']);
  if (kind === 'user_content' && !ended) wrong.push(`row ${seq} destroys the registration of today`);
  const archived = rowsIn(picture, 'workspaces').filter(
    (one) => one['destruction_seq'] === seq && one['state'] !== 'active',
  );
  const open = archived.filter((one) => one['deleted_at'] === null);
  if (kind === 'workspaces' && state === 'pending' && archived.length === 0)
    wrong.push(`row ${seq} waits for no workspace`);
  if (kind === 'workspaces' && state === 'done' && open.length > 0)
    wrong.push(`row ${seq} is done, but not ${open[0]?.['id']}`);
  const left = [...rowsIn(picture, 'files'), ...rowsIn(picture, 'messages')].filter(
    (one) =>
      one['owner_seq'] === row['user_seq'] &&
      one['workspace_seq'] === null &&
      !isHeld(one, picture) &&
      Number(one['registration']) <= Number(row['registration']),
  );
  if (kind === 'user_content' && state === 'done' && left.length > 0)
    wrong.push(`row ${seq} is done and left ${left[0]?.['id']}`);
  return wrong;
}
