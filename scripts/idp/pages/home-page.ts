// The page of people to sign in as: one click each, and a form for anybody else.
import { html } from 'hono/html';
import { MISBEHAVIOURS, type Misbehaviour } from '../answer.ts';
import type { AuthnRequest } from '../authn-request.ts';
import { type Claims, type Group, groupsOf, type Person } from '../people.ts';
import type { PortalView } from '../people-query.ts';
import type { Shape } from '../saml-response.ts';
import { type Html, page, prose } from './document.ts';

/** What the address says: whose request is answered, and how. */
export interface Asked {
  /** As it came, and read; undefined where nobody asked. */
  readonly samlRequest: string | undefined;
  readonly request: AuthnRequest | undefined;
  readonly relayState: string;
  readonly misbehaviour: Misbehaviour;
  readonly shape: Shape;
}

export interface Home extends Asked {
  readonly portal: string;
  readonly view: PortalView;
  /** Whom the last answer was about; undefined before there was one. */
  readonly last: string | undefined;
}

const SHAPES = { okta: 'Okta', entra: 'Entra' } as const;
const BADGES = { in: 'signed in', made: 'made, then signed in', refused: 'refused' } as const;

export function homePage(home: Home): Html {
  const { view, request } = home;
  const content = html`
    <h1>${request ? 'Who signs in?' : 'Sign in to a local portal'}</h1>
    ${request ? asked(home, request) : unasked(home)} ${view.trustsUs ? '' : notTrusted(view)} ${choices(home)}
    <div class="groups">${groupsOf(view).map((group) => section(group, home))}</div>
    ${anybody(home)} ${elsewhere(home)}
  `;
  return page('provider', request ? 'Who signs in' : 'People', content);
}

function asked({ relayState, view }: Home, { acsUrl, id }: AuthnRequest): Html {
  return html`<p class="message note">
    <strong>${view.name}</strong> at <code>${new URL(acsUrl).origin}</code> asks who you are, in request
    <code>${id}</code>${relayState ? html`, and wants <code>${relayState}</code> back` : ''}. Choose somebody: the answer names
    that request. <a href="/">Answer nobody</a>
  </p>`;
}

function unasked({ portal, view }: Home): Html {
  return html`<p>
    Choose somebody: the answer goes to <strong>${view.name}</strong> at <code>${portal}</code> without being asked for, as from a
    tile on a dashboard. To be asked, begin at <a href="${portal}/auth/saml2/">its login page</a>.
  </p>`;
}

function notTrusted(view: PortalView): Html {
  return html`<p class="message soon">
    ${view.name} does not trust this identity provider yet, so every answer will be refused; a Test works. Upload
    <a href="/metadata" download="idp-metadata.xml">the metadata</a> in its console under Configuration, Authentication Providers, or start
    <code>npm run idp</code> without <code>--no-setup</code>.
  </p>`;
}

/** What is wrong with the answers, and whose they look like: links, so that it stays in the address. */
function choices(home: Home): Html {
  const wrong = Object.entries(MISBEHAVIOURS).map(([name, words]) =>
    choice(words, query(home, { misbehave: name }), name === home.misbehaviour),
  );
  const shapes = Object.entries(SHAPES).map(([name, words]) =>
    choice(words, query(home, { shape: name }), name === home.shape),
  );
  return html`<div class="choices">
    <nav aria-label="What is wrong with the answer"><span>Wrong with the answer</span><ul>${wrong}</ul></nav>
    <nav aria-label="Shaped like"><span>Shaped like</span><ul>${shapes}</ul></nav>
    ${home.last === undefined ? '' : replay(home.last)}
  </div>`;
}

function choice(words: string, href: string, isChosen: boolean): Html {
  return html`<li><a href="${href}" ${isChosen ? html`aria-current="true"` : ''}>${words}</a></li>`;
}

function replay(last: string): Html {
  return html`<form method="post" action="/replay">
    <button class="outline secondary">Send the last answer again, of ${last}</button>
  </form>`;
}

function query(
  { samlRequest, relayState, misbehaviour, shape }: Asked,
  change: Readonly<Record<string, string>>,
): string {
  const now = {
    ...(samlRequest === undefined ? {} : { SAMLRequest: samlRequest }),
    ...(relayState === '' ? {} : { RelayState: relayState }),
  };
  return `/?${new URLSearchParams({ ...now, misbehave: misbehaviour, shape, ...change })}`;
}

function section(group: Group, home: Home): Html {
  const isRefused = group.outcome === 'refused' || home.misbehaviour !== 'none';
  const badge = isRefused ? BADGES.refused : BADGES[group.outcome];
  return html`<section class="panel">
    <h2>${group.title} <span class="tag ${isRefused ? 'act' : 'good'}">${badge}</span></h2>
    <p>${prose(group.what)}</p>
    ${
      group.people.length === 0
        ? html`<p class="none">${prose(group.none)}</p>`
        : html`<ul class="people">${group.people.map((person) => html`<li>${personForm(person, home)}</li>`)}</ul>`
    }
  </section>`;
}

function personForm({ nameId, label, note, claims }: Person, home: Home): Html {
  return html`<form method="post" action="/answer">
    ${hidden({ ...carried(home), RelayState: home.relayState, nameId, claims: claimLines(claims) })}
    <button class="person"><strong>${label}</strong> <span>${nameId}</span> <small>${note}</small></button>
  </form>`;
}

function anybody(home: Home): Html {
  const nameId = `${home.view.freeName}@${home.view.emailDomains[0] ?? 'acme.example'}`;
  const claims = { user_name: nameId, email: nameId, givenName: 'Jane', familyName: 'Example' };
  return html`<section class="panel">
    <h2>Anybody else</h2>
    <form method="post" action="/answer">
      ${hidden(carried(home))}
      <label>Unique User Identifier (NameID) <input name="nameId" value="${nameId}" required autocomplete="off" /></label>
      <label>Claims, one a line: name: value
        <textarea name="claims" rows="6" spellcheck="false">${claimLines(claims)}</textarea>
      </label>
      <label>RelayState, where to go afterwards
        <input name="RelayState" value="${home.relayState}" autocomplete="off" placeholder="/console/users" />
      </label>
      <button>Sign in as this person</button>
    </form>
  </section>`;
}

function elsewhere({ portal }: Home): Html {
  return html`<footer>
    <a href="/app">Demo product</a> <a href="${portal}/auth/saml2/">Login page of the portal</a>
    <a href="${portal}/console">Console</a> <a href="/metadata" download="idp-metadata.xml">Metadata</a>
  </footer>`;
}

function carried({ samlRequest, misbehaviour, shape }: Asked): Readonly<Record<string, string>> {
  return { ...(samlRequest === undefined ? {} : { SAMLRequest: samlRequest }), misbehave: misbehaviour, shape };
}

/** Fields that nobody sees. */
export function hidden(fields: Readonly<Record<string, string>>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`${inputs}`;
}

function claimLines(claims: Claims): string {
  return Object.entries(claims)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
