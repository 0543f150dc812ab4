// One workspace: whose it is, how it stands, what it holds, what was done with it, and what can be done.

import { kindOf } from '../../failure.ts';
import { withNames } from '../../log/names.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { counted } from '../page/count-text.ts';
import { HOLDERS, Left } from '../page/deletion-text.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import { Shell } from '../page/shell.tsx';
import { sizeText } from '../page/size-text.ts';
import { Time } from '../page/time-text.tsx';
import { nameOf } from '../page/workspace-name.ts';
import { ACTIONS, type Action } from './change-words.ts';
import { doneChange } from './done-note.ts';
import { History, readHistory, selectHistory } from './workspace-history.tsx';
import { OwnerLink } from './workspace-parts.tsx';
import {
  COUNTED_ALONE,
  holdingsOf,
  type Standing,
  standingOf,
  type WorkspaceRow,
  workspaceRowsOf,
} from './workspace-row.ts';

/** What the page reads, in the call that asks for the session. */
export function selectWorkspace({ env, params }: Addressed): readonly D1PreparedStatement[] {
  const id = params['id'] ?? '';
  return [
    env.DB.prepare(workspaceRowsOf('SELECT * FROM workspaces WHERE id = ?', COUNTED_ALONE)).bind(id),
    ...selectHistory(env.DB, id),
  ];
}

/** GET: the page. */
export async function showWorkspace(screen: SignedIn): Promise<Answer> {
  const { env, results, nowMs, url } = screen;
  const row = results[0]?.results[0] as WorkspaceRow | undefined;
  if (!row) return emptyPage(screen, UNKNOWN);
  const lines = readHistory(results[1], row);
  const named = await withNames(env.DB, lines);
  const standing = standingOf(row);
  const page = (
    <Shell title={nameOf(row)} section="workspaces" screen={screen} note={doneChange(url)}>
      <BackLink href={`/console/workspaces?state=${LIST_OF[standing.kind]}`} name="Workspaces" />
      <h1>{nameOf(row)}</h1>
      <p class="lead">
        <Summary row={row} standing={standing} now={nowMs} />
      </p>
      <Actions row={row} standing={standing} />
      <Facts row={row} now={nowMs} />
      <Ledger row={row} standing={standing} now={nowMs} />
      <History entries={named.ok ? named.value : lines} now={nowMs} />
    </Shell>
  );
  return { response: await pageResponse(screen, named.ok ? 200 : kindOf(named.failure.code).status, page) };
}

const LIST_OF: Readonly<Record<Standing['kind'], string>> = {
  active: 'active',
  waiting: 'archived',
  held: 'held',
  going: 'archived',
  gone: 'deleted',
};

const UNKNOWN = {
  section: 'workspaces',
  title: 'There is no such workspace',
  text: 'The address may be mistyped.',
  next: { href: '/console/workspaces', name: 'All workspaces' },
  status: 404,
} as const;

interface StandingProps {
  readonly row: WorkspaceRow;
  readonly standing: Standing;
  readonly now: number;
}

function Summary({ standing, now }: StandingProps) {
  switch (standing.kind) {
    case 'active':
      return <>In use. Nothing of it is due to be deleted.</>;
    case 'waiting':
      return (
        <>
          Archived and closed to everybody: <Left dueAt={standing.dueAt} now={now} />, then it is deleted for good.
        </>
      );
    case 'held':
      return (
        <>
          <span class="tag held">{HOLDERS[standing.by]}</span> Archived, and not deleted while it is held.
        </>
      );
    case 'going':
      return <>Its deletion has begun: part of the content is gone, and nothing can be brought back.</>;
    case 'gone':
      return (
        <>
          Deleted <Time at={standing.at} now={now} />. The content is gone for good; name, dates and history stay.
        </>
      );
  }
}

function offeredFor({ kind, ...standing }: Standing): readonly Action[] {
  if (kind === 'active') return ['transfer'];
  if (kind === 'waiting') return ['restore', 'transfer', 'hold'];
  if (kind !== 'held') return [];
  const isLegal = 'by' in standing && standing.by !== 'brake';
  return isLegal ? ['release', 'restore', 'transfer'] : ['restore', 'transfer', 'hold'];
}

function Actions({ row, standing }: Pick<StandingProps, 'row' | 'standing'>) {
  const offered = offeredFor(standing);
  if (offered.length === 0) return null;
  return (
    <form method="get" action="/console/workspaces/change" class="actions">
      <input type="hidden" name="w" value={row.id} />
      {offered.map((action) => (
        <button class="quiet" type="submit" name="do" value={action}>
          {ACTIONS[action].verb}
        </button>
      ))}
    </form>
  );
}

function Facts({ row, now }: { readonly row: WorkspaceRow; readonly now: number }) {
  const { files, messages, bytes, atLeast } = holdingsOf(row, COUNTED_ALONE);
  const isGone = row.deletedAt !== null;
  return (
    <dl class="facts">
      <div class="panel">
        <dt>Owner</dt>
        <dd class="small">
          <OwnerLink row={row} />
          <small>
            <a href={`/console/workspaces?state=active&owner=${row.ownerSeq}`}>their workspaces</a>
          </small>
        </dd>
      </div>
      <div class="panel">
        <dt>Content</dt>
        <dd>
          {isGone ? 'None' : `${atLeast ? 'at least ' : ''}${sizeText(bytes)}`}
          <small>{isGone ? 'deleted' : `${counted(files, 'file')}, ${counted(messages, 'message')}`}</small>
        </dd>
      </div>
      <div class="panel">
        <dt>Created</dt>
        <dd>
          <Time at={row.createdAt} now={now} />
          {row.archivedAt === null ? null : (
            <small>
              archived <Time at={row.archivedAt} now={now} />
            </small>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** Where its date stands, and under what id the product and the API know it. */
function Ledger({ row, standing, now }: StandingProps) {
  return (
    <p class="lead">
      {row.ledgerSeq === null ? null : (
        <>
          {standing.kind === 'gone' ? 'What went, and by whose doing' : 'Its date stands in the ledger'}:{' '}
          <a href={`/console/destructions/${row.ledgerSeq}`}>destruction {row.ledgerSeq}</a>
          {standing.kind === 'held' ? (
            <>
              , due <Time at={standing.dueAt} now={now} />
            </>
          ) : null}
          .{' '}
        </>
      )}
      Id: <code>{printable(row.id, 80)}</code>
    </p>
  );
}
