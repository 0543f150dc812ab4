// One command on workspaces: read, decide, one guarded batch with a journal row for each workspace, and again from the start
// where somebody was faster.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { JournalType } from '../storage/journal.ts';
import { noteArchived } from './archived-events.ts';
import { type Selection, type Standing, selectWorkspaces, standingGuard } from './workspace-selection.ts';

const TRIES = 5;

/** What a command comes to: the workspaces that change, and how. Statements follow the guards, the journal follows them. */
export interface WorkspaceChange {
  readonly changes: readonly Standing[];
  readonly guards: readonly D1PreparedStatement[];
  readonly statements: (nowMs: number) => readonly D1PreparedStatement[];
  readonly type: JournalType;
  /** What the journal says of one: names of what changed besides its state. */
  readonly attributes: (workspace: Standing) => readonly string[];
}

/** A command's outcome: which workspaces changed, and which were so already. */
export interface WorkspacesChanged {
  readonly changed: readonly Standing[];
  readonly unchanged: readonly Standing[];
}

/** Runs a command on a selection, all or nothing. Fails as the selection, the decision and storage do, and with
 * `too_much_contention` when others were faster five times. */
export async function changeWorkspaces(
  context: SettingsContext,
  selection: Selection,
  decide: (selected: readonly Standing[]) => Promise<Result<WorkspaceChange>>,
): Promise<Result<WorkspacesChanged>> {
  const { db } = context;
  const noted = await noteArchived(db);
  if (!noted.ok) return noted;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const selected = await selectWorkspaces(db, selection);
    if (!selected.ok) return selected;
    const decided = await decide(selected.value);
    if (!decided.ok) return decided;
    const changed = new Set(decided.value.changes);
    const report = { changed: [...changed], unchanged: selected.value.filter((w) => !changed.has(w)) };
    if (changed.size === 0) return ok(report);
    const outcome = await write(context, decided.value);
    if (outcome.kind === 'fault') return faultFailure(outcome);
    if (outcome.kind === 'committed') return ok(report);
  }
  return fail(
    'too_much_contention',
    'Others changed the same workspaces at the same time. Nothing was changed; try again.',
  );
}

/** The journal's rows are named after the workspaces; the first of them stands for the batch. */
function write(
  { db, sources, actor, requestId }: SettingsContext,
  { changes, guards, statements, type, attributes }: WorkspaceChange,
) {
  const nowMs = Math.trunc(sources.nowMs());
  const mutationId = randomId(sources);
  const entries = changes.map((w) => [`${mutationId}:${w.id}`, w.id, attributes(w)] as const);
  return commit(db, {
    mutationId: entries[0]?.[0] ?? mutationId,
    guards: [standingGuard(db, changes), ...guards],
    statements: [
      ...statements(nowMs),
      db
        .prepare(
          `INSERT INTO journal (mutation_id, type, subject, actor, request_id, attributes, at)
           SELECT value ->> 0, ?2, value ->> 1, ?3, ?5, value -> 2, ?4 FROM json_each(?1)`,
        )
        .bind(JSON.stringify(entries), type, actor, nowMs, requestId ?? null),
    ],
  });
}
