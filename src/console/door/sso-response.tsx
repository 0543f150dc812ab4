// The assertion consumer: what the identity provider posts through the browser. It comes from another site, as it must; nothing in it
// counts before it is verified.
import { network } from '../../auth/failure-limit.ts';
import { limitTries } from '../../auth/sign-in.ts';
import { type Failure, fail, kindOf, ok, type Result } from '../../failure.ts';
import { sendOutboxOf } from '../../outbox/work-outbox.ts';
import { readText } from '../../request-text.ts';
import { type SamlOutcome, type SamlPost, signInBySaml } from '../../sso/sign-in.ts';
import { SSO } from '../../sso/sign-in-commit.ts';
import { answered } from '../../storage/deadline.ts';
import { fenceOff } from '../../storage/fence.ts';
import { recordRefusal } from '../../storage/refusals.ts';
import type { Exchange, Handled } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { isForm } from '../page/form.ts';
import { ssoRefused } from './sso-refusal.tsx';
import { welcomeIn } from './welcome-in.ts';

const ROUTE = '/auth/saml2/';
/** A genuine response has some ten KiB. */
const MAX_BYTES = 512 * 1024;

/** POST: signs in whom the response names. */
export async function postResponse(exchange: Exchange): Promise<Handled> {
  const { env, sources, later, url } = exchange;
  const post = await readPost(exchange);
  if (!post.ok) return refuse(exchange, { failure: post.failure, isVerified: false });
  const outcome = await signInBySaml(env, sources, post.value);
  switch (outcome.kind) {
    case 'signed_in': {
      const { token, to, mailOf } = outcome;
      if (mailOf !== undefined) later(() => sendOutboxOf(env, sources, mailOf));
      return { response: welcomeIn(url, token, to), route: ROUTE };
    }
    case 'tested':
      return { response: seeOther(exchange, `/console/authentication/test/${outcome.id}`), route: ROUTE };
    case 'refused':
      fenceAbandoned(exchange, outcome.abandoned);
      return refuse(exchange, outcome);
  }
}

/** The person is told to sign in again: what got no answer must not make them anew behind their back, or behind that of who deleted them. */
function fenceAbandoned({ env, sources, later, requestId }: Exchange, abandoned: string | undefined): void {
  if (abandoned === undefined) return;
  later(() => fenceOff(env.DB, { actor: SSO, requestId }, abandoned, Math.trunc(sources.nowMs())));
}

async function readPost({ request, url, requestId }: Exchange): Promise<Result<SamlPost>> {
  const encoding = request.headers.get('content-encoding');
  if (!isForm(request) || encoding !== null) {
    return fail('unsupported_media_type', 'A form with the field SAMLResponse was expected, as it is: not compressed.');
  }
  const text = await readText(request, MAX_BYTES);
  if (!text.ok) {
    const { code, detail } = text.failure;
    if (code === 'body_too_large') return fail(code, 'The form is larger than 512 KiB.');
    return fail('saml_response_refused', detail);
  }
  const fields = new URLSearchParams(text.value);
  const [samlResponse, ...others] = fields.getAll('SAMLResponse');
  if (samlResponse === undefined || others.length > 0) {
    return fail('saml_response_refused', 'The form must have one field SAMLResponse.');
  }
  const userAgent = request.headers.get('user-agent') ?? '';
  return ok({ samlResponse, relayState: fields.get('RelayState'), origin: url.origin, userAgent, requestId });
}

type Refused = Pick<Extract<SamlOutcome, { kind: 'refused' }>, 'failure' | 'isVerified' | 'signOutUrl'>;

/** Tries count only when they failed and nobody vouches for them, so that nobody's colleague is kept out by them. */
async function refuse(exchange: Exchange, { failure, isVerified, signOutUrl }: Refused): Promise<Handled> {
  const isOurs = kindOf(failure.code).status >= 500;
  const limited = isOurs || isVerified ? undefined : await limitFailedTries(exchange);
  if (!isOurs) exchange.later(() => note(exchange, failure, isVerified));
  return ssoRefused(exchange, ROUTE, limited ?? failure, signOutUrl);
}

function limitFailedTries({ env, request, url }: Exchange): Promise<Failure | undefined> {
  const address = network(request.headers.get('cf-connecting-ip') ?? 'unknown');
  return limitTries(env, url.hostname, [`sso-failed:${address}`]);
}

/** A refusal of somebody whom the identity provider vouches for is always kept for the admin to find, and no stranger pushes it out; of
 * strangers a sample. */
async function note({ env, sources, url, requestId }: Exchange, failure: Failure, isVerified: boolean): Promise<void> {
  if (!isVerified) {
    const key = `unauthenticated:${url.hostname}`;
    const sample = await answered('rate limit', () => env.REFUSAL_SAMPLE.limit({ key }));
    if (!sample.success) return;
  }
  const { code, detail } = failure;
  const { status } = kindOf(code);
  const actor = isVerified ? SSO : null;
  const about = { actor, requestId, method: 'POST', route: ROUTE, status, rule: code, detail };
  await recordRefusal(env.DB, about, Math.trunc(sources.nowMs()));
}
