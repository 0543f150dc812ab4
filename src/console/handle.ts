// One request of a browser, from its address to its page. Loaded when the first one comes: no request of SCIM needs anything of this
// room. Behind a session there is one way in: the session first, then the form's token, then the screen.
import { actorOf, noteSeen, readWithSession } from '../auth/session.ts';
import { SessionDb } from '../auth/session-db.ts';
import { readPortal } from '../directory/portal.ts';
import { type Failure, fail } from '../failure.ts';
import { refuseNonAdmin } from './door/not-admin.tsx';
import { type Remembered, rememberPage } from './door/wanted-page.ts';
import type { Answer, Exchange, Handled, SignedIn } from './exchange.ts';
import { OPEN } from './open-routes.ts';
import { securityHeaders, seeOther } from './page/answer.ts';
import { assetAt } from './page/assets.ts';
import { clearCookie, readCookie } from './page/cookies.ts';
import { formTokenOf, readForm } from './page/form.ts';
import { broken, notFound, refusedForm, wrongMethod } from './page/refusal.tsx';
import { type Found, type Screen, screensAt } from './screens.ts';

/** Addresses that are the same whether they end with a slash or not, and how the tables have them. */
const SAME: Readonly<Record<string, string>> = { '/console/': '/console', '/auth/saml2': '/auth/saml2/' };

/** Answers one request for a page. Where it throws, the answer is a page with the request id, and `crashed` hears why. */
export async function handleConsole(exchange: Exchange, crashed: (error: Error) => void): Promise<Handled> {
  try {
    return await dispatch(exchange);
  } catch (error) {
    crashed(error instanceof Error ? error : new Error(String(error)));
    return broken(exchange, 'none', fail('internal_error', 'The console failed.').failure);
  }
}

async function dispatch(exchange: Exchange): Promise<Handled> {
  const { request, url } = exchange;
  const path = SAME[url.pathname] ?? url.pathname;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const asset = method === 'GET' ? assetAt(path) : undefined;
  if (asset) return { response: assetResponse(url, asset), route: '/console/assets/:name' };
  const open = OPEN.find((one) => one.path === path && one.method === method);
  if (open) return open.handle(exchange);
  const found = screensAt(path);
  const here = found.find(({ screen }) => screen.method === method);
  if (here) return behindSession(exchange, here);
  const others = [...OPEN.filter((one) => one.path === path), ...found.map(({ screen }) => screen)];
  const allowed = others.map((one) => one.method).join(', ');
  return allowed === '' ? notFound(exchange) : wrongMethod(exchange, path, allowed);
}

async function behindSession(exchange: Exchange, { screen, params }: Found): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const route = screen.path;
  const token = readCookie(request, url, 'portcullis');
  const isLive = screen.method === 'GET' && screen.isLive === true;
  const wanted = screen.method === 'GET' && !isLive ? rememberPage(url) : undefined;
  if (token === undefined) return { response: signInFirst(exchange, wanted), route };
  const nowMs = Math.trunc(sources.nowMs());
  const read = await readWithSession(env.DB, token, nowMs, screen.reads?.({ ...exchange, params }) ?? []);
  if (!read.ok) return refusedRead(exchange, route, token, read.failure);
  if (read.value === null) return ended(exchange, route, wanted);
  const { session, results } = read.value;
  if (!isLive) exchange.later(() => noteSeen(env.DB, session, nowMs));
  const portal = await readPortal(session);
  const signedIn = { ...exchange, params, session, portal, nowMs, results, formToken: formTokenOf(token) };
  const answer = screen.method === 'GET' ? screen.act(signedIn) : postForm(signedIn, screen, token);
  return { ...(await answer), route };
}

/** Whatever the form's handler answers: where a batch of it was refused for want of a session, nothing was done. */
async function postForm(
  screen: SignedIn,
  { act, path, maxBytes }: Screen & { method: 'POST' },
  token: string,
): Promise<Answer> {
  const { env, sources, session, nowMs, requestId } = screen;
  const form = await readForm(screen, token, maxBytes);
  if (!form.ok) return refusedForm(screen, path, form);
  const guarded = new SessionDb(env.DB, session.hash, nowMs);
  const context = { db: guarded.db, sources, actor: actorOf(session), requestId };
  const bindings = { env: { ...env, DB: guarded.db }, laterEnv: env };
  const answer = await act({ ...screen, ...bindings, form: form.value, context });
  return guarded.ended ? ended(screen, path) : answer;
}

function refusedRead(exchange: Exchange, route: string, token: string, failure: Failure): Promise<Handled> {
  return failure.code === 'not_admin' ? refuseNonAdmin(exchange, route, token) : broken(exchange, route, failure);
}

function ended(exchange: Exchange, route: string, wanted?: Remembered): Handled {
  return { response: signInFirst(exchange, wanted, 'ended', [clearCookie(exchange.url, 'portcullis')]), route };
}

/** To the sign-in page, which says `why`, and before that what cannot be gone on with afterwards. */
function signInFirst(exchange: Exchange, wanted?: Remembered, why = '', cookies: readonly string[] = []): Response {
  const reason = wanted?.isTooLong && exchange.url.pathname === '/oauth/authorize' ? 'authorize' : why;
  const path = `/console/sign-in${reason === '' ? '' : `?why=${reason}`}`;
  return seeOther(exchange, path, wanted ? [...cookies, wanted.cookie] : cookies);
}

function assetResponse(url: URL, { type, text }: { readonly type: string; readonly text: string }): Response {
  const headers = { ...securityHeaders(url), 'Content-Type': type };
  return new Response(text, { headers: { ...headers, 'Cache-Control': 'public, max-age=31536000, immutable' } });
}
