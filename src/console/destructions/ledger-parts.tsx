// How screens show a row of the ledger: what it is about, whose, how much, who caused it, and when it happens.

import type { Amount, Destruction } from '../../lifecycle/receipts.ts';
import { printable } from '../../printable.ts';
import { personWords } from '../../storage/actor.ts';
import { counted } from '../page/count-text.ts';
import { HOLDERS, Left } from '../page/deletion-text.tsx';
import { sizeText } from '../page/size-text.ts';
import { Time } from '../page/time-text.tsx';
import { nameOf } from '../page/workspace-name.ts';

export function destructionPath(seq: number): string {
  return `/console/destructions/${seq}`;
}

/** What a row is about, in a word or two. */
export function whatText({ kind, state, workspaceCount: { count, atLeast } }: Destruction): string {
  if (kind === 'account') return 'Name and profile';
  if (kind === 'user_content') return 'Files and messages';
  if (state === 'cancelled') return 'Workspaces, restored or moved';
  return `${atLeast ? 'at least ' : ''}${counted(count, 'workspace')}`;
}

export function userNameOf({ userName, userSeq }: Pick<Destruction, 'userName' | 'userSeq'>): string {
  return printable(userName, 60) || `user ${userSeq}`;
}

export function WhatCell({ row }: { readonly row: Destruction }) {
  const names = row.workspaces.map(nameOf);
  const more = row.workspaceCount.count - names.length;
  return (
    <span class="named">
      <a href={destructionPath(row.seq)}>{whatText(row)}</a>
      {names.length === 0 ? null : <small>{`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`}</small>}
    </span>
  );
}

export function UserLink({ row }: { readonly row: Pick<Destruction, 'userName' | 'userSeq'> }) {
  return <a href={`/console/users/${row.userSeq}`}>{userNameOf(row)}</a>;
}

/** Such as `at least 12 objects, 4.1 MB`. */
export function amountText(amount: Omit<Amount, 'atLeast'> & { readonly atLeast?: boolean }): string {
  const { objects, bytes, atLeast } = amount;
  if (objects === 0) return 'Empty';
  return `${atLeast ? 'at least ' : ''}${counted(objects, 'object')}, ${sizeText(bytes)}`;
}

/** What there is now, or of what is done, what there was. */
export function AmountCell({ row }: { readonly row: Destruction }) {
  if (row.kind === 'account') return <>–</>;
  const [objects, bytes] = amountText(row.left ?? row).split(', ');
  return (
    <>
      {objects}
      {bytes === undefined ? null : <small>{bytes}</small>}
    </>
  );
}

/** Who caused it: a key, a person, or the command line; and whose the key is. */
function causeOf({
  actor,
  keyLabel,
  keyOwner,
  keyIsClient,
  actorName,
  actingForName,
}: Destruction): readonly [who: string, of?: string] {
  if (keyLabel !== null) {
    const noun = keyIsClient === 1 ? 'OAuth client' : 'Key';
    return [`${noun} “${printable(keyLabel, 40)}”`, `of ${printable(keyOwner ?? 'nobody', 60)}`];
  }
  if (actorName === null) return [actor === 'cli' ? 'The command line' : printable(actor, 60) || 'Unknown'];
  return [personWords(printable(actorName, 60), actingForName === null ? undefined : printable(actingForName, 60))];
}

export function causeText(row: Destruction): string {
  return causeOf(row).join(' ');
}

export function CauseCell({ row }: { readonly row: Destruction }) {
  const [who, of] = causeOf(row);
  return (
    <>
      {who}
      {of === undefined ? null : <small>{of}</small>}
    </>
  );
}

/** When it happens, why not, or when it was. */
export function WhenText({ row, now }: { readonly row: Destruction; readonly now: number }) {
  switch (row.state) {
    case 'pending':
      return <Left dueAt={row.dueAt} now={now} />;
    case 'held':
      return (
        <>
          <span class="tag held">{HOLDERS[row.heldBy ?? 'brake']}</span>
          <small>
            {row.dueAt <= now ? 'was due' : 'due'} <Time at={row.dueAt} now={now} />
          </small>
        </>
      );
    case 'done':
      return row.doneAt === null ? <>Done</> : <Time at={row.doneAt} now={now} />;
    case 'cancelled':
      return <span class="tag">Cancelled</span>;
  }
}
