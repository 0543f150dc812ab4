// Legal holds of single workspaces: out of the ledger row that they share with others, into one of their own that is held.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { HOLD, type HoldMove, RELEASE } from './hold-moves.ts';
import { splitLedger } from './ledger-split.ts';
import { changeWorkspaces, type WorkspacesChanged } from './workspace-commit.ts';
import { filedOf, named, type Selection } from './workspace-selection.ts';

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
