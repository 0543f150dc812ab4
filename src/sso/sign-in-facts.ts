// What D1 knows of a verified assertion and of the person whom it names, in one call, and what follows from it.
import { type Portal, readPortal } from '../directory/portal.ts';
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { fold } from '../scim/fold.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { Assertion } from './assertion.ts';
import { type Decision, decideSignIn, type Standing, teamsWanted } from './jit.ts';
import { claimedUserNames, readPersonClaims } from './person-claims.ts';
import type { SsoSettings } from './settings.ts';
import { assertionHash } from './sign-in-commit.ts';
import {
  firstOf,
  type Holder,
  type SamlRequest,
  type SignInPortal,
  selectHolder,
  selectRequest,
  selectTeams,
} from './sign-in-query.ts';

export interface Facts {
  readonly row: SignInPortal;
  /** The request that the response answers, if it waits. */
  readonly request: SamlRequest | undefined;
  /** Whether somebody has signed in with the assertion. */
  readonly isUsed: boolean;
  readonly holder: Holder | undefined;
  readonly decision: Decision;
  readonly portal: Portal;
}

/** Reads and decides. Fails like storage does. */
export async function readFacts(
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
  const other = otherUserName(assertion);
  const decision = other ?? decideSignIn({ nameId, standing: standingOf(holder), claims, portal, domains, teams });
  const isUsed = firstOf(uses) !== undefined;
  return ok({ row, request: firstOf<SamlRequest>(requests), isUsed, holder, decision, portal });
}

/** Whoever the NameID means, a claim that names somebody else makes it doubtful. */
function otherUserName(assertion: Assertion): Extract<Decision, { kind: 'refuse' }> | undefined {
  const other = claimedUserNames(assertion).find((name) => fold(name) !== fold(assertion.nameId));
  if (other === undefined) return undefined;
  const detail = `The claim user_name says "${printable(other)}" and the NameID says "${printable(assertion.nameId)}": they must be the same.`;
  return { kind: 'refuse', failure: fail('saml_response_refused', detail).failure };
}

function standingOf(holder: Holder | undefined): Standing {
  if (!holder) return 'nobody';
  if (holder.removed) return 'removed';
  if (holder.loginType !== 'saml') return 'outside';
  return holder.active ? 'active' : 'inactive';
}

/** Whether a sign-in may follow at all, whoever the person is. Fails with `sso_off`, `saml_replayed` and `saml_response_refused`. */
export function checkFacts(
  { request, isUsed }: Facts,
  { state }: SsoSettings,
  assertion: Assertion,
): Result<undefined> {
  if (state === 'off') {
    const detail = `Single sign-on is switched off in this portal, so "${printable(assertion.nameId)}" was not signed in.`;
    return fail('sso_off', detail);
  }
  if (isUsed) return replayed(assertion);
  return assertion.inResponseTo !== null && request?.purpose !== 'sign_in' ? requestOver(assertion) : ok(undefined);
}

/** Each sign-in of the identity provider counts once. */
export function replayed({ nameId }: Assertion) {
  return fail('saml_replayed', `This sign-in of "${printable(nameId)}" was used before.`);
}

/** The request was answered, has run out, or is none of ours. */
export function requestOver({ nameId }: Assertion) {
  const detail = `The response for "${printable(nameId)}" answers a request that does not wait for it: it is older than ten minutes, was answered before, or was not made here.`;
  return fail('saml_response_refused', detail);
}
