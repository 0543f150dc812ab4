// The addresses of the local identity provider and of its demo product.
import { type Context, Hono } from 'hono';
import { ASSETS } from './assets.ts';
import { deliveryOf, readAsked } from './delivery.ts';
import type { Identity } from './identity.ts';
import { addressesAt, metadataXml } from './metadata.ts';
import { appPage } from './pages/app-page.ts';
import type { Html } from './pages/document.ts';
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
  app.use((context, next) => guarded(context, next, origin, portal));
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
    const session = await askSession(portal, context.req.header('cookie') ?? '');
    return context.html(appPage(portal, session));
  });
  for (const { path, type, text } of ASSETS) {
    app.get(path, (context) => context.body(text, 200, { 'Content-Type': type }));
  }
  app.notFound((context) => context.html(errorPage('There is no such page', 'Begin with the people.'), 404));
  return app.fetch;
}

/** Cookies belong to a host name, so there is one; and no other site may make this one say who somebody is. */
async function guarded(context: Context, next: () => Promise<void>, origin: string, portal: string) {
  const url = new URL(context.req.url);
  if (url.origin !== origin) return context.redirect(`${origin}${url.pathname}${url.search}`);
  if (context.req.method === 'POST' && context.req.header('sec-fetch-site') === 'cross-site') {
    return context.html(errorPage('Not from here', 'This form was sent by another site.') as Html, 403);
  }
  await next();
  const ports = [...new Set([portal, ...LOCAL_NAMES.map((name) => `http://${name}:${new URL(portal).port}`)])];
  context.header('Content-Security-Policy', policy(ports));
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cache-Control', 'no-store');
  return undefined;
}

const LOCAL_NAMES = ['localhost', '127.0.0.1'];

/** The portal may be open under either name of this machine. */
function policy(portals: readonly string[]): string {
  const pages = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'";
  return `${pages}; frame-ancestors 'none'; form-action 'self' ${portals.join(' ')}`;
}
