// The demo product: what a vendor's product does to know who is signed in, and nothing else.
import { html } from 'hono/html';
import type { PortalSession } from '../portal-session.ts';
import { type Html, page } from './document.ts';

/** The page for whoever is signed in, or for nobody. */
export function appPage(portal: string, session: PortalSession): Html {
  return page(
    'product',
    'Demo product',
    session.kind === 'signed_in' ? signedIn(portal, session) : nobody(portal, session),
  );
}

function signedIn(portal: string, { user, answer }: PortalSession & { readonly kind: 'signed_in' }): Html {
  const rows = [
    ['User name', user.userName],
    ['Role', user.role],
    ['Team', user.team ?? 'none'],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<section class="panel narrow">
    <h1>Hello, ${user.displayName}</h1>
    <p>This product asked the portal who you are, with the cookie that your browser sent.</p>
    <dl class="details">${rows}</dl>
    <p><a href="${portal}/auth/sign-out" role="button">Sign out</a></p>
    <details><summary>What <code>GET /auth/session</code> answered</summary><pre>${pretty(answer)}</pre></details>
    <p><a href="${portal}/console">Console of the portal</a></p>
  </section>`;
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

function nobody(portal: string, session: PortalSession & { readonly kind: 'nobody' | 'unreachable' }): Html {
  return html`<section class="panel narrow">
    <h1>${session.kind === 'nobody' ? 'Nobody is signed in' : 'The portal does not answer'}</h1>
    <p>
      ${session.kind === 'nobody' ? 'People who are no admins come here when they have signed in.' : session.sentence}
    </p>
    <p><a href="${portal}/auth/saml2/" role="button">Sign in</a></p>
    <p><a href="/">Choose somebody at the identity provider</a></p>
  </section>`;
}
