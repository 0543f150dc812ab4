// One request to the console, from its address to its page. Loaded when the first one comes: no request of an identity provider
// needs anything of this room. Behind a session there is one way in: the session first, then the form's token, then the screen.
import { noteSeen, readWithSession } from '../auth/session.ts';
import { fail } from '../failure.ts';
import { securityHeaders, seeOther } from './answer.ts';
import { assetAt } from './assets.ts';
import { clearCookie, readCookie } from './cookies.ts';
import type { Exchange, Handled } from './exchange.ts';
import { formTokenOf, readForm } from './form.ts';
import { broken, notFound, refusedForm, wrongMethod } from './refusal.tsx';
import { SCREENS, type Screen } from './screens.ts';
import { postSignIn, showSignIn } from './sign-in.tsx';
import { postWelcome, showWelcome } from './welcome.tsx';

interface Open {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: (exchange: Exchange) => Promise<Handled>;
}

/** What is there for everybody; all other screens are in SCREENS. */
const OPEN: readonly Open[] = [
  { method: 'GET', path: '/console/sign-in', handle: showSignIn },
  { method: 'POST', path: '/console/sign-in', handle: postSignIn },
  { method: 'GET', path: '/console/welcome', handle: showWelcome },
  { method: 'POST', path: '/console/welcome', handle: postWelcome },
];

/** Answers one request under /console. Where it throws, the answer is a page with the request id, and `crashed` hears why. */
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
  const path = url.pathname === '/console/' ? '/console' : url.pathname;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const asset = method === 'GET' ? assetAt(path) : undefined;
  if (asset) return { response: assetResponse(url, asset), route: '/console/assets/:name' };
  const open = OPEN.find((one) => one.path === path && one.method === method);
  if (open) return open.handle(exchange);
  const screen = SCREENS.find((one) => one.path === path && one.method === method);
  if (screen) return behindSession(exchange, screen);
  const allowed = [...OPEN, ...SCREENS].filter((one) => one.path === path).map((one) => one.method);
  return allowed.length === 0 ? notFound(exchange) : wrongMethod(exchange, path, allowed.join(', '));
}

async function behindSession(exchange: Exchange, screen: Screen): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const route = screen.path;
  const token = readCookie(request, url, 'portcullis');
  if (token === undefined) return { response: seeOther(exchange, '/console/sign-in'), route };
  const nowMs = Math.trunc(sources.nowMs());
  const read = await readWithSession(env.DB, token, nowMs, screen.reads?.(exchange) ?? []);
  if (!read.ok) return broken(exchange, route, read.failure);
  if (read.value === null) {
    const cookie = clearCookie(url, 'portcullis');
    return { response: seeOther(exchange, '/console/sign-in?why=ended', [cookie]), route };
  }
  const { session, results } = read.value;
  if (screen.method === 'POST') {
    const form = await readForm(exchange, token);
    if (!form.ok) return refusedForm(exchange, route, form);
  }
  exchange.later(() => noteSeen(env.DB, session, nowMs));
  return screen.act({ ...exchange, session, results, formToken: formTokenOf(token) });
}

function assetResponse(url: URL, { type, text }: { readonly type: string; readonly text: string }): Response {
  const headers = { ...securityHeaders(url), 'Content-Type': type };
  return new Response(text, { headers: { ...headers, 'Cache-Control': 'public, max-age=31536000, immutable' } });
}
