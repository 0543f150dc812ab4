// The addresses of the local identity provider and of its demo product.
import { type Context, Hono } from 'hono';
import { ASSETS } from './assets.ts';
import { isLocal } from './authn-request.ts';
import { deliveryOf, readAsked } from './delivery.ts';
import type { Identity } from './identity.ts';
import { addressesAt, metadataXml } from './metadata.ts';
import { appPage } from './pages/app-page.ts';
import { homePage } from './pages/home-page.ts';
import { type Delivery, deliveryPage, errorPage, signedOutPage } from './pages/small-pages.ts';
import { readPeople } from './people-query.ts';
import { askSession } from './portal-session.ts';

/** What the server works with. `origin` is its own, `portal` that of the portal, both without a final slash. */
export interface Provider {
  readonly db: D1Database;
  readonly identity: Identity;
  readonly origin: string;
  readonly portal: string;
}

const CANNOT = 'This request cannot be answered';

/** The server as a `fetch` function. It remembers the last answer, for whoever wants to send it again. */
export function providerApp(provider: Provider): (request: Request) => Response | Promise<Response> {
  const { origin, portal, identity, db } = provider;
  const addresses = addressesAt(origin);
  const app = new Hono();
  let last: Delivery | undefined;
  app.use((context, next) => guarded(context, next, portal));
  const home = async (context: Context) => {
    const asked = readAsked(new URL(context.req.url).searchParams);
    if (!asked.ok) return context.html(errorPage(CANNOT, asked.failure.detail), 400);
    const view = await readPeople(db, identity.certificateBase64);
    return context.html(homePage({ ...asked.value, portal, view, last: last?.nameId }));
  };
  app.get('/', home);
  app.get('/sso', home);
  app.post('/answer', async (context) => {
    const fields = new URLSearchParams(await context.req.text());
    const delivery = await deliveryOf({ identity, issuer: addresses.issuer, portal }, fields);
    if (!delivery.ok) return context.html(errorPage(CANNOT, delivery.failure.detail), 400);
    last = delivery.value;
    return context.html(deliveryPage(last));
  });
  app.post('/replay', (context) =>
    context.html(last ? deliveryPage(last) : errorPage(CANNOT, 'There was no answer yet.')),
  );
  app.get('/sign-out', (context) => context.html(signedOutPage(portal)));
  app.get('/metadata', (context) =>
    context.body(metadataXml(addresses, identity), 200, { 'Content-Type': 'application/xml' }),
  );
  app.get('/app', async (context) => {
    // Cookies belong to a host name: that of the portal.
    if (new URL(context.req.url).origin !== origin) return context.redirect(addresses.appUrl);
    const session = await askSession(portal, context.req.header('cookie') ?? '');
    return context.html(appPage(portal, session));
  });
  for (const { path, type, text } of ASSETS) {
    app.get(path, (context) => context.body(text, 200, { 'Content-Type': type }));
  }
  app.notFound((context) => context.html(errorPage('There is no such page', 'Begin with the people.'), 404));
  return app.fetch;
}

/** This machine only, whatever name somebody gives it; and no other site may make it say who somebody is. */
async function guarded(context: Context, next: () => Promise<void>, portal: string) {
  if (!isLocal(context.req.url)) {
    return context.html(errorPage('Not from here', 'This answers at localhost only.'), 421);
  }
  if (context.req.method === 'POST' && context.req.header('sec-fetch-site') === 'cross-site') {
    return context.html(errorPage('Not from here', 'This form was sent by another site.'), 403);
  }
  await next();
  context.header('Content-Security-Policy', policy(portal));
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cache-Control', 'no-store');
  return undefined;
}

/** The portal may be open under either name of this machine. */
function policy(portal: string): string {
  const { port } = new URL(portal);
  const pages = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'";
  return `${pages}; frame-ancestors 'none'; form-action 'self' http://localhost:${port} http://127.0.0.1:${port}`;
}
