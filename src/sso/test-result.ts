// What came of a test of single sign-on: kept with the request that the test made, for the admin who made it, until the request runs
// out. A test signs nobody in and makes no account.
import type { FailureCode, Result } from '../failure.ts';
import { ok } from '../failure.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { Assertion } from './assertion.ts';
import type { SsoSettings } from './settings.ts';
import { settingsHash } from './sso-store.ts';

/** Whom the person of the test would be signed in as. */
export type TestedPerson =
  | { readonly kind: 'found'; readonly seq: number; readonly userName: string; readonly isAdmin: boolean }
  /** Just-in-time: the account would be made. */
  | {
      readonly kind: 'created';
      readonly userName: string;
      readonly role: string;
      readonly team: string | null;
      /** The user type that is no role of the portal, and the division that names no team; null where they are right or missing. */
      readonly unknownRole: string | null;
      readonly unknownTeam: string | null;
    }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly detail: string };

/** `refused`: the response cannot be trusted, and nothing of it is kept but which check failed. */
export type TestResult =
  | {
      readonly outcome: 'passed';
      readonly assertion: Pick<Assertion, 'issuer' | 'nameId' | 'nameIdFormat' | 'attributes'>;
      readonly person: TestedPerson;
      /** Of the settings that the test passed with. */
      readonly settingsHash: string;
    }
  | { readonly outcome: 'refused'; readonly code: FailureCode; readonly detail: string };

/** How long an admin can look at what arrived. */
const SHOWN_MS = 15 * 60_000;
/** Of an assertion nothing is kept behind these. */
const MAX_CLAIMS = 60;
const MAX_VALUES = 20;
const MAX_CHARACTERS = 300;
const MAX_DETAIL = 1_000;

/** A response that could be trusted, as the result of a test with these settings. */
export function passedTest(assertion: Assertion, person: TestedPerson, settings: SsoSettings): TestResult {
  const { issuer, nameId, nameIdFormat, attributes } = assertion;
  const claims = Object.entries(attributes).slice(0, MAX_CLAIMS);
  const short = (text: string) => text.slice(0, MAX_CHARACTERS);
  const cut = claims.map(([name, values]) => [short(name), values.slice(0, MAX_VALUES).map(short)] as const);
  return {
    outcome: 'passed',
    assertion: { issuer, nameId: short(nameId), nameIdFormat, attributes: Object.fromEntries(cut) },
    person,
    settingsHash: settingsHash(settings),
  };
}

/** Keeps the result with the request `id` of a test that is alive at `nowMs` and has none yet, and marks the settings as tested where
 * it passed and they are still the same, `expected` as they were read. Gives whether there was such a request. The ID of a response
 * that was refused is nobody's word: it may select a test here, and nothing more. */
export async function recordTest(
  db: D1Database,
  id: string,
  result: TestResult,
  { expected, nowMs }: { readonly expected: string; readonly nowMs: number },
): Promise<Result<boolean>> {
  const kept = result.outcome === 'refused' ? { ...result, detail: result.detail.slice(0, MAX_DETAIL) } : result;
  const update = db
    .prepare(
      `UPDATE saml_requests SET result = ?1, expires_at = max(expires_at, ?3 + ${SHOWN_MS})
       WHERE id = ?2 AND purpose = 'test' AND expires_at > ?3
         AND (result IS NULL OR (result ->> '$.outcome' = 'refused' AND ?4 = 'passed'))`,
    )
    .bind(JSON.stringify(kept), id, nowMs, result.outcome);
  // Only where the statement before it wrote: a response that answers no test proves nothing.
  const mark = db
    .prepare(`UPDATE portal SET sso = json_set(sso, '$.testedHash', ?1) WHERE id = 1 AND sso = ?2 AND changes() > 0`)
    .bind(result.outcome === 'passed' ? result.settingsHash : '', expected);
  const look = db.prepare(`SELECT 1 FROM saml_requests WHERE id = ? AND purpose = 'test' AND result = ?`);
  const statements = [update, ...(result.outcome === 'passed' ? [mark] : []), look.bind(id, JSON.stringify(kept))];
  const outcome = await commit(db, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.kind === 'committed' && outcome.results.at(-1)?.results.length === 1);
}
