// The pages with one thing to do: carry the answer over, sign out, and what went wrong.
import { html } from 'hono/html';
import { type Html, page } from './document.ts';
import { hidden } from './home-page.ts';

/** An answer on its way. */
export interface Delivery {
  readonly acsUrl: string;
  readonly nameId: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Posts itself, or by its button where no scripts run. */
export function deliveryPage({ acsUrl, nameId, fields }: Delivery): Html {
  const content = html`<section class="panel narrow">
    <h1>Back to the portal</h1>
    <p>The answer says: <strong>${nameId}</strong>.</p>
    <form id="delivery" method="post" action="${acsUrl}">
      ${hidden(fields)}
      <button>Continue to ${new URL(acsUrl).host}</button>
    </form>
  </section>`;
  return page('provider', 'Back to the portal', content, '/submit.js');
}

export function signedOutPage(portal: string): Html {
  const content = html`<section class="panel narrow">
    <h1>You are signed out</h1>
    <p>A real identity provider would forget you now. This one never knows who you are.</p>
    <p><a href="${portal}/auth/saml2/" role="button">Sign in again</a></p>
    <p><a href="/">Choose somebody</a></p>
  </section>`;
  return page('provider', 'Signed out', content);
}

export function errorPage(title: string, sentence: string): Html {
  const content = html`<section class="panel narrow">
    <h1>${title}</h1>
    <p>${sentence}</p>
    <p><a href="/">Choose somebody</a></p>
  </section>`;
  return page('provider', title, content);
}
