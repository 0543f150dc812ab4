// Who is signed in, for the vendor's product: it has the same hostname, and forwards the cookie that its visitor sent. No other site can
// read the answer.
import { noteSeen } from '../../auth/session.ts';
import { type PersonSession, readPerson } from '../../auth/session-person.ts';
import { shownFormatted } from '../../directory/user.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { primaryEmail } from '../../sso/primary-email.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { securityHeaders } from '../page/answer.ts';
import { readCookie } from '../page/cookies.ts';

const ROUTE = '/auth/session';

/** GET: 200 with the person, 401 without a living session, 503 where the database does not answer: then nobody may be taken for signed
 * out. One D1 call; being asked for keeps the session alive. */
export async function showSession(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const token = readCookie(request, url, 'portcullis');
  if (token === undefined) return answer(exchange, 401, { signedIn: false });
  const nowMs = Math.trunc(sources.nowMs());
  const read = await readPerson(env.DB, token, nowMs);
  if (!read.ok) return failed(exchange, read.failure);
  const { person } = read.value;
  if (person === null) return answer(exchange, 401, { signedIn: false });
  exchange.later(() => noteSeen(env.DB, person, nowMs));
  return answer(exchange, 200, { signedIn: true, ...shown(person) });
}

function shown({ user, team, method, startedAt, expiresAt }: PersonSession): object {
  const { id, userName, givenName, familyName, role, attributes } = user;
  const { displayName } = attributes;
  const names = [givenName, familyName].filter((name) => name !== null).join(' ');
  return {
    user: {
      id,
      userName,
      displayName: typeof displayName === 'string' ? displayName : names || shownFormatted(user),
      givenName,
      familyName,
      email: primaryEmail(user),
      role,
      team,
    },
    method,
    signedInAt: new Date(startedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

function failed(exchange: Exchange, failure: Failure): Handled {
  const body = { error: 'The directory is busy; try again shortly.', requestId: exchange.requestId };
  const handled = answer(exchange, kindOf(failure.code).status, body);
  handled.response.headers.set('Retry-After', String(failure.retryAfterSeconds ?? 5));
  return { ...handled, failure };
}

function answer({ url, request }: Exchange, status: number, body: object): Handled {
  const headers = { ...securityHeaders(url), 'Content-Type': 'application/json; charset=utf-8' };
  const text = request.method === 'HEAD' ? null : JSON.stringify(body);
  return { response: new Response(text, { status, headers }), route: ROUTE };
}
