// Signing in by the identity provider: what came is verified, then it is decided whom it means, then one batch signs them in.
import { newToken } from '../auth/secret-token.ts';
import { readPortal } from '../directory/portal.ts';
import type { Env, Sources } from '../env.ts';
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { fold } from '../scim/fold.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { Assertion } from './assertion.ts';
import { type Decision, decideSignIn, type Standing, teamsWanted } from './jit.ts';
import { claimedUserNames, readPersonClaims } from './person-claims.ts';
import { homeOf, pathWithin } from './relay-state.ts';
import { acsUrl, readSso, type SsoSettings } from './settings.ts';
import { assertionHash, commitSignIn } from './sign-in-commit.ts';
import {
  firstOf,
  type Holder,
  readSignInPortal,
  type SamlRequest,
  type SignInPortal,
  selectHolder,
  selectRequest,
  selectTeams,
} from './sign-in-query.ts';
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
  | { readonly kind: 'refused'; readonly failure: Failure; readonly isVerified: boolean };

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
  const verified = await verifyResponse({
    samlResponse: post.samlResponse,
    acsUrl: acsUrl(post.origin),
    settings,
    nowMs,
  });
  if (!verified.ok) return refused(verified, false);
  const assertion = verified.value;
  const found = await readFacts(env.DB, row.value, assertion, nowMs);
  if (!found.ok) return refused(found, true);
  const checked = checkFacts(found.value, settings, assertion);
  if (!checked.ok) return refused(checked, true);
  return finish(env, sources, post, assertion, found.value);
}

interface Facts {
  readonly row: SignInPortal;
  readonly request: SamlRequest | undefined;
  readonly isUsed: boolean;
  readonly holder: Holder | undefined;
  readonly decision: Decision;
  readonly portal: Awaited<ReturnType<typeof readPortal>>;
}

/** Everything about the person and the assertion that D1 knows, in one call, and what is decided by it. */
async function readFacts(
  db: D1Database,
  row: SignInPortal,
  assertion: Assertion,
  nowMs: number,
): Promise<Result<Facts>> {
  const { nameId } = assertion;
  const [portal, claims] = [await readPortal(row), readPersonClaims(assertion)];
  const used = db.prepare('SELECT 1 AS used FROM saml_assertions WHERE id = ?').bind(await assertionHash(assertion));
  const outcome = await readBatch(db, [
    selectHolder(db, fold(nameId)),
    selectRequest(db, assertion.inResponseTo ?? '', nowMs),
    used,
    selectTeams(db, teamsWanted(claims, portal)),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [holders, requests, uses, named] = outcome.results;
  const holder = firstOf<Holder>(holders);
  const teams = new Set(((named?.results ?? []) as { readonly name: string }[]).map(({ name }) => name));
  const domains: readonly string[] = JSON.parse(row.emailDomains);
  const decision = decideSignIn({ nameId, standing: standingOf(holder), claims, portal, domains, teams });
  const isUsed = firstOf(uses) !== undefined;
  return ok({ row, request: firstOf<SamlRequest>(requests), isUsed, holder, decision, portal });
}

function standingOf(holder: Holder | undefined): Standing {
  if (!holder) return 'nobody';
  if (holder.removed) return 'removed';
  if (holder.loginType !== 'saml') return 'outside';
  return holder.active ? 'active' : 'inactive';
}

/** What holds whoever the person is. */
function checkFacts({ request, isUsed }: Facts, { state }: SsoSettings, assertion: Assertion): Result<undefined> {
  if (state === 'off') return fail('sso_off', 'Single sign-on is not switched on in this portal.');
  if (isUsed) return fail('saml_replayed', `This sign-in of "${printable(assertion.nameId)}" was used before.`);
  if (assertion.inResponseTo !== null && request?.purpose !== 'sign_in') return requestOver(assertion);
  const other = claimedUserNames(assertion).find((name) => fold(name) !== fold(assertion.nameId));
  if (other === undefined) return ok(undefined);
  const detail = `The claim user_name says "${printable(other)}" and the NameID says "${printable(assertion.nameId)}": they must be the same.`;
  return fail('saml_response_refused', detail);
}

function requestOver({ nameId }: Assertion) {
  const detail = `The response for "${printable(nameId)}" answers a request that does not wait for it: it is older than ten minutes, was answered before, or was not made here.`;
  return fail('saml_response_refused', detail);
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
      return refused(faultFailure(done), true);
    case 'replayed':
      return refused(fail('saml_replayed', `This sign-in of "${printable(assertion.nameId)}" was used before.`), true);
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
