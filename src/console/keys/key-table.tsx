// The columns of keys, of one's own and of others.
import { keyState } from '../../auth/key-state.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { ActionForm } from '../page/fields.tsx';
import type { Column } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import type { ShownKey } from './key-query.ts';
import { LastUsed, purposeWord, StateWords } from './key-words.tsx';

/** What a key is called; one from the command line may have no label. */
export function labelOf({ label, id }: Pick<ShownKey, 'label' | 'id'>): string {
  const text = printable(label, 60);
  return text === '' ? id : text;
}

/** The page of a key, or of a client of OAuth. */
export function keyPath({ id, purpose }: Pick<ShownKey, 'id' | 'purpose'>): string {
  return `/console/${purpose === 'oauth' ? 'clients' : 'keys'}/${id}`;
}

function nameColumn(): Column<ShownKey> {
  return {
    name: 'Label',
    show: (key) => (
      <>
        <a href={`/console/keys/${key.id}`}>{labelOf(key)}</a>
        <small class="id">{key.id}</small>
      </>
    ),
  };
}

function stateColumns(now: number): Column<ShownKey>[] {
  return [
    { name: 'State', show: (key) => <StateWords state={keyState(key, now)} now={now} /> },
    { name: 'Last used', show: ({ lastUsedAt }) => <LastUsed at={lastUsedAt} now={now} /> },
  ];
}

/** Of the keys of the account at hand. */
export function keyColumns(now: number): readonly Column<ShownKey>[] {
  return [
    nameColumn(),
    { name: 'Purpose', show: ({ purpose }) => purposeWord(purpose) },
    ...stateColumns(now),
    { name: 'Created', show: ({ createdAt }) => <Time at={createdAt} now={now} /> },
    { name: 'Expires', show: ({ expiresAt }) => (expiresAt === null ? 'never' : <Time at={expiresAt} now={now} />) },
  ];
}

/** Of everybody else's, with the way to manage them. */
export function otherColumns(now: number, screen: SignedIn): readonly Column<ShownKey>[] {
  return [
    nameColumn(),
    { name: 'Owner', show: (key) => <Owner shown={key} screen={screen} /> },
    ...stateColumns(now),
    { name: 'Created', show: ({ createdAt }) => <Time at={createdAt} now={now} /> },
  ];
}

function Owner({ shown, screen }: { readonly shown: ShownKey; readonly screen: SignedIn }) {
  const { ownerSeq, ownerName } = shown;
  return (
    <>
      <a href={`/console/users/${ownerSeq}`}>{printable(ownerName, 60)}</a>
      <ActFor shown={shown} screen={screen} />
    </>
  );
}

/** The way to manage the keys of a service account, which has nobody who signs in. */
export function ActFor({ shown, screen }: { readonly shown: ShownKey; readonly screen: SignedIn }) {
  const { ownerSeq, ownerName, ownerType, ownerIsActive } = shown;
  if (ownerType !== 'service' || ownerIsActive === 0 || screen.session.actingSeq === ownerSeq) return null;
  return (
    <ActionForm
      action={`/console/users/${ownerSeq}/impersonate`}
      formToken={screen.formToken}
      submit="Act for it"
      to={printable(ownerName, 60)}
      look="quiet"
      inline
    />
  );
}
