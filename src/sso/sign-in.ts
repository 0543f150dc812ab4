// Signing in by the identity provider: what came is verified, then it is decided whom it means, then one batch signs them in.
import { newToken } from '../auth/secret-token.ts';
import type { Env, Sources } from '../env.ts';
import { type Failure, fail } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import type { Assertion } from './assertion.ts';
import { homeOf, pathWithin } from './relay-state.ts';
import { acsUrl, readSso, type SsoSettings } from './settings.ts';
import { commitSignIn } from './sign-in-commit.ts';
import { checkFacts, type Facts, readFacts, replayed, requestOver } from './sign-in-facts.ts';
import { readSignInPortal, type SignInPortal } from './sign-in-query.ts';
import { refusedTest, testedBy } from './sign-in-test.ts';
import { verifyResponse } from './verify.ts';

/** What the browser brought from the identity provider, and who asks. */
export interface SamlPost {
  readonly samlResponse: string;
  readonly relayState: string | null;
  readonly origin: string;
  readonly userAgent: string;
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
}

/** What came of it. `isVerified`: the refusal is about somebody whom the identity provider vouches for, and no stranger's doing. */
export type SamlOutcome =
  | { readonly kind: 'signed_in'; readonly token: string; readonly to: string; readonly mailOf?: string }
  /** It answered an admin's test, which signs nobody in. */
  | { readonly kind: 'tested'; readonly id: string }
  /** `abandoned`: the mutation id of a write without an answer, to be fenced off. */
  | {
      readonly kind: 'refused';
      readonly failure: Failure;
      readonly isVerified: boolean;
      /** Of a verified one: where the identity provider signs people out, if the portal knows that. */
      readonly signOutUrl?: string | null;
      readonly abandoned?: string | undefined;
    };

const TRIES = 3;

/** Signs in whom the response names. */
export async function signInBySaml(env: Pick<Env, 'DB'>, sources: Sources, post: SamlPost): Promise<SamlOutcome> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const outcome = await tryOnce(env, sources, post);
    if (outcome !== 'again') return outcome;
  }
  return refused(fail('too_much_contention', 'The portal or the user changed while you signed in; try again.'), false);
}

async function tryOnce(env: Pick<Env, 'DB'>, sources: Sources, post: SamlPost): Promise<SamlOutcome | 'again'> {
  const nowMs = Math.trunc(sources.nowMs());
  const row = await readSignInPortal(env.DB);
  if (!row.ok) return refused(row, false);
  const settings = readSso(row.value.sso);
  if (!settings) return refused(fail('sso_off', 'Single sign-on is not set up in this portal.'), false);
  const { samlResponse, origin } = post;
  const verified = await verifyResponse({ samlResponse, acsUrl: acsUrl(origin), settings, nowMs });
  if (!verified.ok) {
    const test = await refusedTest(env.DB, samlResponse, verified.failure, { expected: row.value.sso, nowMs });
    return test === undefined ? refused(verified, false) : { kind: 'tested', id: test };
  }
  const outcome = await decide(env, sources, post, { assertion: verified.value, row: row.value, settings, nowMs });
  return outcome !== 'again' && outcome.kind === 'refused' ? { ...outcome, signOutUrl: settings.signOutUrl } : outcome;
}

interface Verified {
  readonly assertion: Assertion;
  readonly row: SignInPortal;
  readonly settings: SsoSettings;
  readonly nowMs: number;
}

async function decide(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  post: SamlPost,
  { assertion, row, settings, nowMs }: Verified,
): Promise<SamlOutcome | 'again'> {
  const found = await readFacts(env.DB, row, assertion, nowMs);
  if (!found.ok) return refused(found, true);
  const test = await testedBy(env.DB, found.value, assertion, { settings, nowMs });
  if (!test.ok) return refused(test, true);
  if (test.value !== undefined) return { kind: 'tested', id: test.value };
  const checked = checkFacts(found.value, settings, assertion);
  if (!checked.ok) return refused(checked, true);
  return finish(env, sources, post, assertion, found.value);
}

async function finish(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { origin, relayState, userAgent, requestId }: SamlPost,
  assertion: Assertion,
  { row, request, holder, decision, portal }: Facts,
): Promise<SamlOutcome | 'again'> {
  if (decision.kind === 'refuse') return { kind: 'refused', failure: decision.failure, isVerified: true };
  const token = newToken(sources);
  const create = decision.kind === 'create' ? decision : undefined;
  const done = await commitSignIn(env.DB, sources, {
    ...{ assertion, userNameKey: fold(assertion.nameId), token, userAgent, requestId, sso: row.sso, portal, create },
  });
  switch (done.kind) {
    case 'again':
      return 'again';
    case 'fault':
      return { kind: 'refused', failure: done.failure, isVerified: true, abandoned: done.abandoned };
    case 'replayed':
      return refused(replayed(assertion), true);
    case 'request_over':
      return refused(requestOver(assertion), true);
    case 'signed_in': {
      const role = create?.user.role ?? holder?.role;
      const to =
        pathWithin(origin, request?.relayState) ??
        pathWithin(origin, relayState) ??
        homeOf(role === 'admin', row.appUrl);
      return { kind: 'signed_in', token, to, ...(done.mailOf === undefined ? {} : { mailOf: done.mailOf }) };
    }
  }
}

function refused({ failure }: { readonly failure: Failure }, isVerified: boolean): SamlOutcome {
  return { kind: 'refused', failure, isVerified };
}
