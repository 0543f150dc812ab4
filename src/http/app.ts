// The HTTP face of the Worker. The order of the steps is the security design: the one hostname first, then the key, and
// only then the route and the body.
import { Hono } from 'hono/tiny';
import { type Env, readSettings, type Sources } from '../env.ts';
import { fail } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { failureResponse } from './answer.ts';
import { checkHost } from './host-check.ts';
import { logRequest } from './request-log.ts';
import { type Exchange, type Handled, handleScim } from './scim/handle.ts';
import { isScimPath } from './scim/router.ts';

interface Variables {
  requestId: string;
}

/** The app; clock and randomness come from `sources`. */
export function createApp(sources: Sources): Hono<{ Bindings: Env; Variables: Variables }> {
  const app = new Hono<{ Bindings: Env; Variables: Variables }>();

  app.use(async (c, next) => {
    c.set('requestId', randomId(sources));
    const refusal = checkHost(new URL(c.req.url), readSettings(c.env));
    if (refusal) return failureResponse(refusal);
    await next();
    c.res.headers.set('X-Request-Id', c.get('requestId'));
    return undefined;
  });

  app.all('*', async (c) => {
    const url = new URL(c.req.url);
    const handle = isScimPath(url.pathname) ? handleScim : handlerOf(url.pathname, c.req.method);
    if (!handle) return c.notFound();
    const startedMs = sources.nowMs();
    const requestId = c.get('requestId');
    const later = (work: () => Promise<unknown>) =>
      c.executionCtx.waitUntil(work().catch((error: unknown) => logRequest.afterwardsFailed(requestId, error)));
    const exchange = { env: c.env, sources, request: c.req.raw, url, requestId, later };
    const handled = await handle(exchange);
    logRequest.answered({ requestId, method: c.req.method, ...handled, durationMs: sources.nowMs() - startedMs });
    return handled.response;
  });

  app.notFound(() => failureResponse(fail('not_found', 'There is nothing at this address.').failure));

  app.onError((error, c) => {
    const requestId = c.get('requestId');
    logRequest.crashed(requestId, error);
    const detail = `Something went wrong inside the gateway. Quote the id ${requestId} to support.`;
    return failureResponse(fail('internal_error', detail, { headers: { 'X-Request-Id': requestId } }).failure);
  });

  return app;
}

type Handler = (exchange: Exchange) => Promise<Handled>;

/** Of everything but SCIM; loaded by the first request. */
function handlerOf(pathname: string, method: string): Handler | undefined {
  if (pathname === '/') return method === 'GET' || method === 'HEAD' ? handlePages : undefined;
  if (PAGES.test(pathname)) return handlePages;
  return /^\/oauth\/(token|revoke)$/.test(pathname) ? handleClients : undefined;
}

/** What people open in a browser besides the hostname alone: the console, signing in, and allowing a client of OAuth. */
const PAGES = /^\/(console(\/|$)|auth\/|oauth\/authorize$)/;

async function handlePages(exchange: Exchange): Promise<Handled> {
  const { handleConsole } = await import('../console/handle.ts');
  return handleConsole(exchange, (error) => logRequest.crashed(exchange.requestId, error));
}

async function handleClients(exchange: Exchange): Promise<Handled> {
  const { handleOAuth } = await import('./oauth/handle.ts');
  return handleOAuth(exchange);
}
