// How screens show a workspace: its name, its owner, how it stands, and what it holds.
import { printable } from '../../printable.ts';
import { fullName } from '../../wording.ts';
import { counted } from '../page/count-text.ts';
import { HOLDERS, Left } from '../page/deletion-text.tsx';
import { sizeText } from '../page/size-text.ts';
import { Time } from '../page/time-text.tsx';
import { nameOf, workspacePath } from '../page/workspace-name.ts';
import type { PersonRow } from './owner-query.ts';
import { holdingsOf, type Standing, type WorkspaceRow } from './workspace-row.ts';

/** Enough to tell two of one name apart; the whole id is on the page of the workspace. */
const SHOWN_ID = 12;

/** The name as a link, and the id below it. */
export function NameCell({ row }: { readonly row: Pick<WorkspaceRow, 'name' | 'id'> }) {
  return (
    <span class="named">
      <a href={workspacePath(row.id)}>{nameOf(row)}</a>
      <small title={printable(row.id, 80)}>{printable(row.id, SHOWN_ID)}</small>
    </span>
  );
}

/** Such as `Jane Example (jane.example@acme.example)`. */
export function personText(person: PersonRow): string {
  const [name, userName] = [fullName(person, 60), printable(person.userName, 80)];
  return name === undefined ? userName : `${name} (${userName})`;
}

/** A person as a link, marked when they cannot sign in. */
export function OwnerLink({ row }: { readonly row: WorkspaceRow }) {
  const { ownerSeq, ownerName, ownerActive, ownerRemoved } = row;
  const mark = ownerRemoved ? 'Removed' : ownerActive ? undefined : 'Deactivated';
  return (
    <>
      <a href={`/console/users/${ownerSeq}`}>{printable(ownerName, 60)}</a>
      {mark ? (
        <>
          {' '}
          <span class="tag">{mark}</span>
        </>
      ) : null}
    </>
  );
}

/** Such as `2 files, 1 message`. */
export function holdingsText(row: WorkspaceRow, bound: number): string {
  const { files, messages } = holdingsOf(row, bound);
  if (files + messages === 0) return 'Empty';
  const parts = [
    files > 0 ? counted(files, 'file', bound) : '',
    messages > 0 ? counted(messages, 'message', bound) : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function HoldingsCell({ row, bound }: { readonly row: WorkspaceRow; readonly bound: number }) {
  const { bytes, atLeast } = holdingsOf(row, bound);
  return (
    <>
      {holdingsText(row, bound)}
      {bytes > 0 ? <small>{`${atLeast ? 'at least ' : ''}${sizeText(bytes)}`}</small> : null}
    </>
  );
}

/** How a workspace stands, in a few words. */
export function StandingText({ standing, now }: { readonly standing: Standing; readonly now: number }) {
  switch (standing.kind) {
    case 'active':
      return <span class="tag good">Active</span>;
    case 'waiting':
      return <Left dueAt={standing.dueAt} now={now} />;
    case 'held':
      return (
        <>
          <span class="tag held">{HOLDERS[standing.by]}</span>
          <small>
            kept past its date, {standing.dueAt <= now ? 'which was' : 'which is'}{' '}
            <Time at={standing.dueAt} now={now} />
          </small>
        </>
      );
    case 'going':
      return <span class="tag act">Being deleted</span>;
    case 'gone':
      return <Time at={standing.at} now={now} />;
  }
}
