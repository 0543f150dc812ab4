// Responses that answer a test of the settings: what arrived is kept for the admin who tests, and nobody is signed in.
import { type Failure, ok, type Result } from '../failure.ts';
import type { Assertion } from './assertion.ts';
import type { SsoSettings } from './settings.ts';
import type { Facts } from './sign-in-facts.ts';
import { passedTest, recordTest, type TestedPerson } from './test-result.ts';

/** Keeps what a verified response says where it answers a test, and gives the ID of the test; undefined where it answers none. Fails
 * like storage does. */
export async function testedBy(
  db: D1Database,
  facts: Facts,
  assertion: Assertion,
  { settings, nowMs }: { readonly settings: SsoSettings; readonly nowMs: number },
): Promise<Result<string | undefined>> {
  const { request, row } = facts;
  if (request?.purpose !== 'test') return ok(undefined);
  const result = passedTest(assertion, personOf(facts), settings);
  const recorded = await recordTest(db, request.id, result, { expected: row.sso, nowMs });
  return recorded.ok ? ok(request.id) : recorded;
}

/** Keeps why a response was refused where it says that it answers a test, which nobody vouches for: it can select a test and no more. The
 * ID of that test; undefined where there is none, or the storage fails. */
export async function refusedTest(
  db: D1Database,
  samlResponse: string,
  { code, detail }: Failure,
  at: { readonly expected: string; readonly nowMs: number },
): Promise<string | undefined> {
  const xml = Buffer.from(samlResponse, 'base64').toString();
  const id = /\sInResponseTo=["'](_[0-9a-f]{32})["']/.exec(xml)?.[1];
  if (id === undefined) return undefined;
  const recorded = await recordTest(db, id, { outcome: 'refused', code, detail }, at);
  return recorded.ok && recorded.value ? id : undefined;
}

function personOf({ decision, holder }: Facts): TestedPerson {
  switch (decision.kind) {
    case 'sign_in': {
      if (!holder) throw new Error('nobody was found, and signs in');
      return { kind: 'found', seq: holder.seq, userName: holder.userName, isAdmin: holder.role === 'admin' };
    }
    case 'create': {
      const { user, unknownRole, unknownTeam } = decision;
      return { kind: 'created', userName: user.userName, role: user.role, team: user.team, unknownRole, unknownTeam };
    }
    case 'refuse':
      return { kind: 'refused', code: decision.failure.code, detail: decision.failure.detail };
  }
}
