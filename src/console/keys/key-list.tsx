// The list of API keys: those of the account at hand first, then everybody else's, so that an admin sees all that can come in.
import { isOver, keyState } from '../../auth/key-state.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { doneNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { Empty, Table } from '../page/table.tsx';
import { Accounts, ServiceHint } from './accounts.tsx';
import { LISTED, type ServiceAccount, type ShownKey, selectKeys, selectServiceAccounts } from './key-query.ts';
import { keyColumns, otherColumns } from './key-table.tsx';
import { KeyTabs } from './key-tabs.tsx';
import { type KeysOwner, keysOwner } from './keys-owner.ts';

const DONE = {
  revoked: 'The key is revoked. Whoever still uses it is refused from now on.',
  stopped: 'You act for yourself again.',
} as const;

/** What the list reads, behind the session, in the same call. */
export function selectKeyList({ env }: Addressed): readonly D1PreparedStatement[] {
  return [selectKeys(env.DB), selectServiceAccounts(env.DB)];
}

/** GET: the list. */
export async function showKeyList(screen: SignedIn): Promise<Answer> {
  const { session, results, nowMs: now, url } = screen;
  const keys = (results[0]?.results ?? []) as unknown as ShownKey[];
  const accounts = (results[1]?.results ?? []) as unknown as ServiceAccount[];
  const owner = keysOwner(session);
  const own = keys.filter(({ ownerSeq }) => ownerSeq === owner.seq);
  const others = keys.filter((key) => key.ownerSeq !== owner.seq && key.purpose === 'scim');
  const page = (
    <Shell title="API keys" section="keys" screen={screen} note={doneNote(url, DONE)}>
      <KeyTabs here="keys" />
      <div class="title">
        <h1>API keys</h1>
        {own.length === 0 ? null : (
          <a class="button" href="/console/keys/new">
            Generate an API key
          </a>
        )}
      </div>
      <p class="lead">{leadOf(owner)}</p>
      <OwnKeys keys={own} owner={owner} now={now} />
      {owner.isService ? null : <Accounts accounts={accounts} screen={screen} />}
      <OtherKeys keys={others} now={now} screen={screen} />
      {keys.length < LISTED ? null : <p class="lead">Only the newest {LISTED} keys of the portal are shown here.</p>}
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

function leadOf({ userName, isService }: KeysOwner): string {
  const name = printable(userName, 80);
  return isService
    ? `Keys of the service account ${name}, which you act for.`
    : `Keys of your own account, ${name}. An identity provider presents one of them with every request.`;
}

interface KeysProps {
  readonly keys: readonly ShownKey[];
  readonly now: number;
}

function OwnKeys({ keys, owner, now }: KeysProps & { readonly owner: KeysOwner }) {
  if (keys.length === 0) return <NoKeys owner={owner} />;
  return <Keys keys={keys} now={now} caption="Your keys" columns={keyColumns(now)} />;
}

function NoKeys({ owner }: { readonly owner: KeysOwner }) {
  return (
    <Empty title={owner.isService ? 'This account has no key yet' : 'You have no key yet'}>
      <p>
        An API key lets Okta, Entra or a script provision people into this portal.
        {owner.isService ? ' This account is a good owner for one: nobody leaves with it.' : null}
      </p>
      {owner.isService ? null : <ServiceHint />}
      <p>
        <a class="button" href="/console/keys/new">
          Generate an API key
        </a>
      </p>
    </Empty>
  );
}

function OtherKeys({ keys, now, screen }: KeysProps & { readonly screen: SignedIn }) {
  if (keys.length === 0) return null;
  return (
    <>
      <h2>Other keys of this portal</h2>
      <p class="lead">
        Only their owner can change them, but any admin can revoke one. Act for a service account to change its keys.
      </p>
      <Keys keys={keys} now={now} caption="Other keys" columns={otherColumns(now, screen)} />
    </>
  );
}

interface ColumnedProps extends KeysProps {
  readonly caption: string;
  readonly columns: ReturnType<typeof keyColumns>;
}

/** Those that have ended stand folded below the others. */
function Keys({ keys, now, caption, columns }: ColumnedProps) {
  const over = keys.filter((key) => isOver(keyState(key, now)));
  const rest = keys.filter((key) => !isOver(keyState(key, now)));
  return (
    <>
      {rest.length === 0 ? null : <Table caption={caption} columns={columns} rows={rest} />}
      {over.length === 0 ? null : (
        <details class="key-over" open={rest.length === 0}>
          <summary>{over.length === 1 ? 'One key that has ended' : `${over.length} keys that have ended`}</summary>
          <Table caption={`${caption} that have ended`} columns={columns} rows={over} />
        </details>
      )}
    </>
  );
}
