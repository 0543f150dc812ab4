// The commands about workspaces: what they ask of src/lifecycle/workspace-*.ts, and what they say.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { findUserId } from '../../src/lifecycle/find-user.ts';
import type { WorkspacesChanged } from '../../src/lifecycle/workspace-commit.ts';
import { holdWorkspaces, overdueIfReleased, releaseWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { type ListedWorkspace, listWorkspaces, type WantedWorkspaces } from '../../src/lifecycle/workspace-list.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import {
  isUnderLegalHold,
  named,
  type Selection,
  type Standing,
  type WorkspaceState,
} from '../../src/lifecycle/workspace-selection.ts';
import { oneLine } from '../../src/printable.ts';
import { ScriptError } from '../platform.ts';
import { counted, dueText, minuteText } from './readable.ts';
import { type Cell, print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

const PAGE_ROWS = 500;
const STATES: readonly WorkspaceState[] = ['active', 'archived', 'deleted'];

interface ListOptions extends Where {
  readonly owner?: string;
  readonly only?: string;
}

/** `workspaces list` */
export async function list(options: ListOptions): Promise<void> {
  const state = STATES.find((known) => known === options.only);
  if (options.only !== undefined && !state) throw new ScriptError(`--only takes ${STATES.join(', ')}.`);
  await withPortal(options, async ({ db, sources }) => {
    const owner = options.owner === undefined ? {} : { ownerId: must(await findUserId(db, options.owner)) };
    const wanted: WantedWorkspaces = { limit: PAGE_ROWS, ...owner, ...(state && { state }) };
    const nowMs = sources.nowMs();
    const workspaces = must(await listWorkspaces(db, wanted, nowMs));
    if (workspaces.length === 0) return print(nothing(options));
    printTable(
      workspaces.map((workspace) => cellsOf(workspace, nowMs)),
      { head: HEAD },
    );
    const restorable = workspaces.filter(({ state: its }) => its === 'archived').length;
    if (restorable > 0) {
      print(`${restorable} archived: workspaces restore ID ... [--to USER], transfer ID ... --to USER, hold ID ...`);
    }
    if (workspaces.length === PAGE_ROWS) print(`The first ${PAGE_ROWS}. Narrow the list by --owner or --only.`);
  });
}

function nothing({ owner, only }: ListOptions): string {
  const which = only === undefined ? 'workspaces' : `${only} workspaces`;
  const where = owner === undefined ? 'There are no' : `${owner} has no`;
  return `${where} ${which}.${only === undefined ? ' Those that are deleted: workspaces list --only deleted' : ''}`;
}

const HEAD = ['id', 'name', 'state', 'owner', 'archived (UTC)', 'deleted (UTC)'];

function cellsOf(workspace: ListedWorkspace, nowMs: number): Cell[] {
  const { id, name, state, held, ownerName, ownerActive, archivedAt } = workspace;
  return [
    id,
    name,
    held ? `${state}, held` : state,
    ownerActive ? ownerName : `${ownerName} (inactive)`,
    archivedAt === null ? '' : minuteText(archivedAt),
    endOf(workspace, nowMs),
  ];
}

function endOf({ state, deletedAt, dueAt, held }: ListedWorkspace, nowMs: number): string {
  if (deletedAt !== null) return minuteText(deletedAt);
  if (state === 'deleted') return 'under way';
  if (dueAt === null) return '';
  return held ? `not while held, due ${minuteText(dueAt)}` : dueText(dueAt, nowMs);
}

interface ChangeOptions extends Where {
  readonly owner?: string;
  readonly to?: string;
}

/** `workspaces restore [id...]` */
export async function restore(
  ids: readonly string[],
  options: ChangeOptions & { readonly endHold?: true },
): Promise<void> {
  await withPortal(options, async (context) => {
    const newOwnerId = options.to === undefined ? undefined : must(await findUserId(context.db, options.to));
    const selection = await selectionOf(context, ids, options);
    const done = must(await restoreWorkspaces(context, { ...selection, newOwnerId, endHold: options.endHold }));
    say('Restored', done, `${options.to === undefined ? '' : `They belong to ${newOwnerId} now. `}Open again at once.`);
    const left = done.unchanged.filter(isUnderLegalHold).length;
    if (left > 0) {
      print(`${left} under legal hold left as they were. To restore them too: --end-hold, which ends the hold.`);
    }
  });
}

/** `workspaces transfer [id...]` */
export async function transfer(
  ids: readonly string[],
  options: ChangeOptions & { readonly to: string },
): Promise<void> {
  await withPortal(options, async (context) => {
    const newOwnerId = must(await findUserId(context.db, options.to));
    const selection = await selectionOf(context, ids, options);
    const done = must(await transferWorkspaces(context, { ...selection, newOwnerId }));
    say('Transferred', done, `They belong to ${newOwnerId} now. States and deletion dates stay as they were.`);
  });
}

/** `workspaces hold [id...]` */
export async function hold(ids: readonly string[], options: ChangeOptions): Promise<void> {
  await withPortal(options, async (context) => {
    const done = must(await holdWorkspaces(context, await selectionOf(context, ids, options)));
    say('Held', done, 'They stay archived, past their date too, until they are released.');
  });
}

/** `workspaces release [id...]` */
export async function release(ids: readonly string[], options: ChangeOptions & { readonly yes?: true }): Promise<void> {
  await withPortal(options, async (context) => {
    const selection = await selectionOf(context, ids, options);
    if (!options.yes) refuseOverdue(must(await overdueIfReleased(context, selection)));
    const done = must(await releaseWorkspaces(context, selection));
    say('Released', done, 'They are deleted at their date; the cron deletes what is overdue within minutes.');
  });
}

function refuseOverdue(overdue: readonly Pick<Standing, 'id' | 'name'>[]): void {
  if (overdue.length === 0) return;
  throw new ScriptError(
    `${counted(overdue.length, 'workspace')} overdue, which the cron deletes within minutes of the release, for ever: ${oneLine(named(overdue))}. Say it with --yes. Nothing was changed.`,
  );
}

async function selectionOf(
  { db }: SettingsContext,
  ids: readonly string[],
  { owner }: ChangeOptions,
): Promise<Selection> {
  if (ids.length > 0 === (owner !== undefined)) {
    throw new ScriptError('Say which: ids of `workspaces list`, or --owner USER for all of a user.');
  }
  return owner === undefined ? { ids } : { ownerId: must(await findUserId(db, owner)) };
}

function say(did: string, { changed, unchanged }: WorkspacesChanged, then: string): void {
  for (const { id, name } of changed.slice(0, 20)) print(`  ${name} (${id})`);
  const rest = unchanged.length === 0 ? '' : ` Unchanged: ${counted(unchanged.length, 'workspace')}.`;
  print(`${did} ${counted(changed.length, 'workspace')}.${changed.length > 0 ? ` ${then}` : ''}${rest}`);
}
