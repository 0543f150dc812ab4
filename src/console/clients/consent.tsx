// Where an admin allows a client, behind the session: Okta's Authenticate button opens it. Until the redirect URI is known to be the
// client's own, whatever is wrong stays a page here.
import {
  type Authorization,
  allow,
  checkAuthorization,
  deny,
  selectRequestedClient,
} from '../../auth/oauth/authorize.ts';
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { authorOf } from '../../storage/journal.ts';
import { recordRefusal } from '../../storage/refusals.ts';
import type { Addressed, Answer, Posted, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { ConsentPage, RefusedPage } from './consent-page.tsx';

/** What the page reads, behind the session, in the same call. */
export function selectConsent({ env, url }: Addressed): readonly D1PreparedStatement[] {
  return [selectRequestedClient(env.DB, url.searchParams)];
}

/** GET: the question; or why it is not asked. */
export async function showConsent(screen: SignedIn): Promise<Answer> {
  const checked = lookAt(screen);
  if (checked.kind !== 'ask') return refuse(screen, checked);
  const page = <ConsentPage screen={screen} client={checked.client} request={checked.request} />;
  return { response: await pageResponse(screen, 200, page, [], [new URL(checked.request.redirectUri).origin]) };
}

/** POST: what the admin decided, for the request in the address. */
export async function postConsent(form: Posted): Promise<Answer> {
  const checked = lookAt(form);
  if (checked.kind !== 'ask') return refuse(form, checked);
  const { request } = checked;
  if (form.form.get('decision') !== 'allow') return { response: seeOther(form, deny(request)) };
  const by = { ...authorOf(form.context), userId: form.session.userId };
  const allowed = await allow(form.env, form.sources, request, by);
  if (allowed.ok) return { response: seeOther(form, allowed.value) };
  return refuse(form, { kind: 'page', failure: allowed.failure });
}

function lookAt({ url, results, nowMs }: SignedIn): Authorization {
  return checkAuthorization(url.searchParams, clientIn(results), nowMs);
}

function clientIn(results: readonly D1Result[]): ClientRow | undefined {
  return results[0]?.results[0] as ClientRow | undefined;
}

type Refused = Exclude<Authorization, { kind: 'ask' }>;

/** A page that says what to change, or the client's error where it may be sent; the log has it too. */
async function refuse(screen: SignedIn, refused: Refused): Promise<Answer> {
  const { failure } = refused;
  screen.later(() => note(screen, failure));
  if (refused.kind === 'redirect') return { response: seeOther(screen, refused.location), failure };
  const { status } = kindOf(failure.code);
  const sent = screen.url.searchParams.get('redirect_uri') ?? '';
  const page = <RefusedPage failure={failure} sent={sent} />;
  return { response: await pageResponse(screen, status, page), failure };
}

async function note(screen: SignedIn, { code, detail }: Failure): Promise<void> {
  if (code !== 'oauth_request_refused') return;
  const { env, results, requestId, nowMs, request } = screen;
  const what = { actor: clientIn(results)?.id ?? null, requestId, method: request.method, route: '/oauth/authorize' };
  await recordRefusal(env.DB, { ...what, status: kindOf(code).status, rule: code, detail }, nowMs);
}
