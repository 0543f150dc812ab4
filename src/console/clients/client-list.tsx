// The list of OAuth clients: for what each one is, for whom it acts, and whether it is used.
import { isOver } from '../../auth/key-state.ts';
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { KeyTabs } from '../keys/key-tabs.tsx';
import { LastUsed, StateWords } from '../keys/key-words.tsx';
import { pageResponse } from '../page/answer.ts';
import { doneNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { type Column, Empty, Table } from '../page/table.tsx';
import { LISTED, selectList } from './client-query.ts';
import { clientName, clientPath, clientState, GRANTS } from './client-words.tsx';

const DONE = { revoked: 'The client is revoked. It changes nothing any more, whatever tokens it still has.' } as const;
const NEW = '/console/clients/new';

/** What the list reads, behind the session, in the same call. */
export function selectClientList({ env }: Addressed): readonly D1PreparedStatement[] {
  return [selectList(env.DB)];
}

/** GET: the list. */
export async function showClientList(screen: SignedIn): Promise<Answer> {
  const { results, nowMs: now, url } = screen;
  const clients = (results[0]?.results ?? []) as unknown as ClientRow[];
  const page = (
    <Shell title="OAuth clients" section="keys" screen={screen} note={doneNote(url, DONE)}>
      <KeyTabs here="clients" />
      <div class="title">
        <h1>OAuth clients</h1>
        {clients.length === 0 ? null : (
          <a class="button" href={NEW}>
            Make a client
          </a>
        )}
      </div>
      <p class="lead">
        A client gets tokens of an hour instead of a password that never changes. It may do what a SCIM key may, and
        works only while the account it acts for is an active admin.
      </p>
      {clients.length === 0 ? <NoClients /> : <Clients clients={clients} now={now} />}
      {clients.length < LISTED ? null : <p class="lead">Only the newest {LISTED} clients are shown here.</p>}
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

function NoClients() {
  return (
    <Empty title="There is no client yet">
      <ul class="client-kinds">
        {Object.values(GRANTS).map(({ word, name, sentence }) => (
          <li>
            <a href={`${NEW}?for=${word}`}>{name}</a>
            <small>{sentence}</small>
          </li>
        ))}
      </ul>
      <p>
        An identity provider that asks for a user name and a password, or for one long token, takes an{' '}
        <a href="/console/keys">API key</a> instead.
      </p>
    </Empty>
  );
}

/** Those that have ended stand folded below the others. */
function Clients({ clients, now }: { readonly clients: readonly ClientRow[]; readonly now: number }) {
  const columns = columnsOf(now);
  const over = clients.filter((client) => isOver(clientState(client, now)));
  const rest = clients.filter((client) => !isOver(clientState(client, now)));
  return (
    <>
      {rest.length === 0 ? null : <Table caption="Clients" columns={columns} rows={rest} />}
      {over.length === 0 ? null : (
        <details class="key-over" open={rest.length === 0}>
          <summary>
            {over.length === 1 ? 'One client that was revoked' : `${over.length} clients that were revoked`}
          </summary>
          <Table caption="Clients that were revoked" columns={columns} rows={over} />
        </details>
      )}
    </>
  );
}

function columnsOf(now: number): readonly Column<ClientRow>[] {
  return [
    {
      name: 'Name',
      show: (client) => (
        <>
          <a href={clientPath(client)}>{clientName(client)}</a>
          <small class="id">{client.id}</small>
        </>
      ),
    },
    { name: 'For', show: ({ grant }) => GRANTS[grant].purpose },
    {
      name: 'Acts for',
      show: ({ ownerSeq, ownerName }) => <a href={`/console/users/${ownerSeq}`}>{printable(ownerName, 60)}</a>,
    },
    { name: 'State', show: (client) => <StateWords state={clientState(client, now)} now={now} /> },
    { name: 'Last used', show: ({ lastUsedAt }) => <LastUsed at={lastUsedAt} now={now} /> },
  ];
}
