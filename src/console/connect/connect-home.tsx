// The way in: what is needed first, the guides, and the state of each key.
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { Shell } from '../page/shell.tsx';
import { Table } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { type ConnectKey, selectConnectKeys, selectServiceOwner } from './key-query.ts';

/** What the page reads. */
export function selectConnect({ env, sources }: Addressed): readonly D1PreparedStatement[] {
  return [selectConnectKeys(env.DB, Math.trunc(sources.nowMs())), selectServiceOwner(env.DB)];
}

/** GET: the guides and the keys. */
export async function showConnect(screen: SignedIn): Promise<Answer> {
  const [keyRows, ownerRows] = screen.results;
  const keys = (keyRows?.results ?? []) as unknown as ConnectKey[];
  const owner = ownerRows?.results[0] as { readonly seq: number } | undefined;
  const alive = keys.filter(({ state }) => state === 'alive');
  const page = (
    <Shell title="Connect" section="connect" screen={screen}>
      <h1>Connect an identity provider</h1>
      <p class="lead">
        It then makes, changes and deactivates the accounts of this portal by SCIM 2.0. Each guide has the values of
        this portal ready to copy, and watches what arrives.
      </p>
      {alive.length === 0 ? <First ownerSeq={owner?.seq} /> : null}
      <h2>Let it provision people</h2>
      <Cards cards={CARDS} />
      <h2>Let people sign in by it</h2>
      <Cards cards={SIGN_ON_CARDS} />
      {keys.length === 0 ? null : <Keys keys={keys} now={screen.nowMs} />}
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

const CARDS = [
  {
    name: 'Okta',
    text: 'Ten minutes. SCIM with Basic Auth, profile pushes, groups.',
    path: '/console/connect/okta',
    link: 'Connect Okta',
  },
  {
    name: 'Microsoft Entra ID',
    text: 'Twenty minutes. A non-gallery application with a secret token, attribute mappings, provisioning on demand.',
    path: '/console/connect/entra',
    link: 'Connect Entra',
  },
  {
    name: 'Any SCIM 2.0 client',
    text: 'OneLogin, Ping, JumpCloud, Google, CyberArk, a script: the plain values.',
    path: '/console/connect/other',
    link: 'Show the values',
  },
] as const;

const SIGN_ON_CARDS = [
  {
    name: 'Single sign-on with Okta',
    text: 'SAML 2.0, field by field, with a test before it is switched on.',
    path: '/console/connect/sso-okta',
    link: 'Set up with Okta',
  },
  {
    name: 'Single sign-on with Entra',
    text: 'SAML 2.0, field by field, with a test before it is switched on.',
    path: '/console/connect/sso-entra',
    link: 'Set up with Entra',
  },
] as const;

type Card = Readonly<Record<'name' | 'text' | 'path' | 'link', string>>;

function Cards({ cards }: { readonly cards: readonly Card[] }) {
  return (
    <ul class="cards">
      {cards.map((card) => (
        <li class="panel">
          <h3>{card.name}</h3>
          <p>{card.text}</p>
          <a class="button" href={card.path}>
            {card.link}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What is needed before any guide makes sense. */
function First({ ownerSeq }: { readonly ownerSeq: number | undefined }) {
  return (
    <section class="panel first">
      <h2>First, a key</h2>
      <p>
        An identity provider signs in with a SCIM key. Its owner is best a service account that nobody signs in with, so
        that the key does not end when a person leaves.
      </p>
      <ol>
        {ownerSeq === undefined ? (
          <li>
            <a href="/console/users/new">Add a service account</a> and make it an admin.
          </li>
        ) : (
          <li>
            Open <a href={`/console/users/${ownerSeq}`}>the service account</a> and act for it.
          </li>
        )}
        <li>
          Generate a key under <a href="/console/keys">API keys</a>, and choose to use it for SCIM authentication.
        </li>
        <li>
          Or, where the identity provider speaks OAuth 2, make an <a href="/console/clients">OAuth client</a>.
        </li>
      </ol>
    </section>
  );
}

const STATES: Readonly<Record<ConnectKey['state'], { readonly word: string; readonly look: string }>> = {
  alive: { word: 'In force', look: 'good' },
  revoked: { word: 'Revoked', look: 'act' },
  expired: { word: 'Expired', look: 'act' },
  owner: { word: 'Owner is no active admin', look: 'act' },
};

function Keys({ keys, now }: { readonly keys: readonly ConnectKey[]; readonly now: number }) {
  const noun = keys.some(({ grant }) => grant !== null) ? 'SCIM keys and OAuth clients' : 'SCIM keys';
  return (
    <>
      <h2>{noun}</h2>
      <Table
        caption={noun}
        rows={keys}
        columns={[
          { name: 'Key', show: (key) => <KeyName connectKey={key} /> },
          { name: 'State', show: (key) => <State connectKey={key} /> },
          {
            name: 'Last seen',
            show: ({ lastUsedAt }) => (lastUsedAt === null ? 'never used' : <Time at={lastUsedAt} now={now} />),
          },
          { name: 'Guide', show: (key) => <GuideLinks connectKey={key} /> },
        ]}
      />
    </>
  );
}

function KeyName({ connectKey: { label, username, grant } }: { readonly connectKey: ConnectKey }) {
  return (
    <>
      {printable(label, 60)}
      <small>
        {grant === null ? null : 'OAuth client for '}
        {printable(username, 80)}
      </small>
    </>
  );
}

function State({ connectKey: { state, replacedBy, ownerLoginType } }: { readonly connectKey: ConnectKey }) {
  if (state === 'alive' && replacedBy !== null) return <span class="tag soon">Being replaced</span>;
  const { word, look } = STATES[state];
  const isPersons = state === 'alive' && ownerLoginType !== 'service';
  return (
    <>
      <span class={`tag ${look}`}>{word}</span>
      {isPersons ? <small>Belongs to a person, and ends with their access.</small> : null}
    </>
  );
}

function GuideLinks({ connectKey: { id, label, grant } }: { readonly connectKey: ConnectKey }) {
  const what = grant === null ? 'the key' : 'the client';
  const okta = (
    <a href={`/console/connect/okta?key=${id}`} aria-label={`Okta, with ${what} ${label}`}>
      Okta
    </a>
  );
  const entra = (
    <a href={`/console/connect/entra?key=${id}`} aria-label={`Entra, with ${what} ${label}`}>
      Entra
    </a>
  );
  if (grant !== null) return grant === 'authorization_code' ? okta : entra;
  return (
    <>
      {okta}
      {' · '}
      {entra}
    </>
  );
}
