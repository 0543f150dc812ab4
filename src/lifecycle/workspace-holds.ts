// Legal holds of single workspaces: out of the ledger row that they share with others, into one of their own that is held.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { HOLD, type HoldMove, RELEASE } from './hold-moves.ts';
import { splitLedger } from './ledger-split.ts';
import { changeWorkspaces, type WorkspacesChanged } from './workspace-commit.ts';
import { filedOf, named, type Selection, type Standing, selectWorkspaces } from './workspace-selection.ts';

/** Holds archived workspaces: they keep their due date and are not deleted while held. Those held already stay as they are. Fails
 * with `invalid_value` for active ones, which nothing threatens; of an owner's, these are left out. */
export function holdWorkspaces(context: SettingsContext, selection: Selection): Promise<Result<WorkspacesChanged>> {
  return refile(context, selection, HOLD);
}

/** Ends legal holds of workspaces; what fell due meanwhile goes with the next cron, unless the brake holds it too. Fails as
 * `holdWorkspaces` does. */
export function releaseWorkspaces(context: SettingsContext, selection: Selection): Promise<Result<WorkspacesChanged>> {
  return refile(context, selection, RELEASE);
}

/** Of the workspaces meant, those that a release now would free and that are overdue. Fails as the selection does. */
export async function overdueIfReleased(
  { db, sources }: SettingsContext,
  selection: Selection,
): Promise<Result<readonly Standing[]>> {
  const selected = await selectWorkspaces(db, selection);
  if (!selected.ok) return selected;
  const nowMs = sources.nowMs();
  return ok(
    selected.value.filter(
      (w) =>
        w.state === 'archived' && w.ledgerState === 'held' && w.ledgerHeldBy === 'admin' && (w.dueAt ?? nowMs) <= nowMs,
    ),
  );
}

function refile(context: SettingsContext, selection: Selection, move: HoldMove): Promise<Result<WorkspacesChanged>> {
  const { db } = context;
  return changeWorkspaces(context, selection, async (selected) => {
    const active = selected.filter(({ state }) => state === 'active');
    if (active.length > 0 && 'ids' in selection) {
      const sentence = `${named(active)} ${active.length === 1 ? 'is' : 'are'} active, so nothing of it is due to be deleted. Only archived workspaces can be held. Nothing was changed.`;
      return fail('invalid_value', sentence);
    }
    const changes = selected.filter(
      ({ state, ledgerState, ledgerHeldBy }) =>
        state === 'archived' && ledgerState !== null && move.isTaken({ state: ledgerState, heldBy: ledgerHeldBy }),
    );
    return ok({
      changes,
      guards: [],
      statements: (nowMs: number) => splitLedger(db, filedOf(changes), { move }, nowMs),
      type: move.type,
      attributes: () => [],
    });
  });
}
