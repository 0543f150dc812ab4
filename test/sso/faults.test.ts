// A sign-in under whatever storage can do to it: either it is there as a whole, once, or nothing of it is, and signing in anew works.
// Never two users, never a session that the record does not know.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Page, Visitor } from '../support/console.ts';
import { dies, type Fault, Faults, nth, type Plan } from '../support/faults.ts';
import { timeFlies } from '../support/flying-time.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { expectCountersTrue, expectStatus, JANE, jane, make, one, rows, userPath } from '../support/scim.ts';
import { postResponse, requestIdIn, responseFor, switchSsoOn } from '../support/sso.ts';

const CLAIMS = { email: JANE, givenName: 'Jane', familyName: 'Example', userType: 'admin' };
const RETRIED = 'Network connection lost.';
const SHED = 'D1 DB is overloaded';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  await switchSsoOn({}, ['acme.example']);
});

const KINDS = [
  ['a sign-in', true],
  ['a first sign-in', false],
] as const;
/** Settings, facts, commit. */
const CALLS = [1, 2, 3];

interface Attempt {
  readonly page: Page;
  readonly visitor: Visitor;
}

/** An answer to a request of ours, posted while things go wrong. */
async function attempt(isThere: boolean, plan: Plan): Promise<Attempt> {
  if (isThere) await make(portal, jane({ userType: 'admin' }));
  const visitor = new Visitor(portal.sources);
  const inResponseTo = await requestIdIn((await visitor.get('/auth/saml2/login')).location);
  const response = await responseFor(portal.sources, JANE, { attributes: CLAIMS, inResponseTo });
  const faults = new Faults(plan);
  const same = visitor.over(faults.over({ DB: env.DB }));
  const page = await timeFlies(faults, () => postResponse(same, response));
  expect(faults.happened).toBe(true);
  return { page, visitor: same };
}

/** How often each part of the sign-in is in the database. */
async function parts() {
  return one(
    `SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM sign_ins) AS signIns,
       (SELECT count(*) FROM saml_assertions) AS assertions, (SELECT count(*) FROM users WHERE last_login_at IS NOT NULL) AS logins,
       (SELECT count(*) FROM saml_requests) = 0 AS answered`,
  );
}
const WHOLE = { sessions: 1, signIns: 1, assertions: 1, logins: 1, answered: 1 };
const NOTHING = { sessions: 0, signIns: 0, assertions: 0, logins: 0, answered: 0 };

async function expectOneJane(isThere: boolean): Promise<void> {
  expect(await rows('SELECT 1 FROM users WHERE user_name = ?', JANE)).toHaveLength(isThere ? 1 : 0);
  expect(await rows("SELECT 1 FROM journal WHERE type = 'user.created'")).toHaveLength(isThere ? 1 : 0);
  expect(await rows("SELECT 1 FROM outbox WHERE kind = 'admin_granted'")).toHaveLength(isThere ? 1 : 0);
  await expectCountersTrue();
}

async function expectSignedIn({ page, visitor }: Attempt): Promise<void> {
  expect([page.status, page.location]).toEqual([303, '/console']);
  const session = await visitor.over({ DB: env.DB }).get('/auth/session');
  expect([session.status, JSON.parse(session.text).user.userName]).toEqual([200, JANE]);
}

/** What a person does after a page that says so. */
async function anew(): Promise<Attempt> {
  const visitor = new Visitor(portal.sources);
  const page = await postResponse(visitor, await responseFor(portal.sources, JANE, { attributes: CLAIMS }));
  return { page, visitor };
}

/** Somebody whose sign-in got no answer has signed in anew; `land` lets the first commit take effect at last. */
async function lateCommit(isThere: boolean): Promise<{ readonly land: () => Promise<unknown> }> {
  if (isThere) await make(portal, jane({ userType: 'admin' }));
  const response = await responseFor(portal.sources, JANE, { attributes: CLAIMS });
  const faults = new Faults(nth(3, { stalls: 'until landed' }));
  const late = new Visitor(portal.sources).over(faults.over({ DB: env.DB }));
  expect((await timeFlies(faults, () => postResponse(late, response))).status).toBe(503);
  await expectSignedIn(await anew());
  return { land: () => faults.land() };
}

describe.each(KINDS)('%s', (_kind, isThere) => {
  const cases = CALLS.flatMap((n) => (['before', 'after'] as const).map((moment) => [n, moment] as const));

  it.each(cases)('goes through once although the answer of call %i was lost, %s it took effect', async (n, moment) => {
    const done = await attempt(isThere, nth(n, { fails: RETRIED, moment }));
    await expectSignedIn(done);
    expect(await parts()).toEqual(WHOLE);
    await expectOneJane(true);
  });

  it.each(cases)('whose worker died at call %i, %s it took effect, is whole or nothing', async (n, moment) => {
    const { page } = await attempt(isThere, dies(n, moment));
    expect(page.location).toBe(null);
    const isDone = n === 3 && moment === 'after';
    expect(await parts()).toEqual(isDone ? WHOLE : NOTHING);
    await expectOneJane(isThere || isDone);
    await expectSignedIn(await anew());
    await expectOneJane(true);
  });

  const others: readonly (readonly [string, Fault, boolean])[] = [
    ['is shed', { fails: SHED, moment: 'before' }, false],
    ['takes effect and stalls', { stalls: 'after' }, true],
    ['stalls', { stalls: 'before' }, false],
  ];
  it.each(others)('whose commit %s is answered 503, and signing in anew works', async (_what, fault, isDone) => {
    const { page } = await attempt(isThere, nth(3, fault));
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
    expect(page.text).toContain('then sign in again');
    expect(await parts()).toEqual(isDone ? WHOLE : NOTHING);
    await expectSignedIn(await anew());
    await expectOneJane(true);
  });

  it('whose commit lands after the person has signed in anew makes nobody a second time', async () => {
    const { land } = await lateCommit(isThere);
    await land();
    await expectOneJane(true);
  });

  it('whose commit lands after the person was deleted brings nobody back', async () => {
    const { land } = await lateCommit(isThere);
    const { id } = await one<{ id: string }>('SELECT id FROM users WHERE user_name = ?', JANE);
    await expectStatus(204, portal.send('DELETE', userPath(id)));
    const before = await dump();
    await land();
    expect(await dump()).toEqual(before);
  });

  it('is not done where the settings were changed or the person left while it was decided', async () => {
    const left = async (meanwhile: () => Promise<unknown>) => {
      let before = {};
      const page = await attempt(isThere, (call) =>
        call.writes && Object.keys(before).length === 0
          ? {
              meanwhile: async () => {
                await meanwhile();
                before = await dump();
              },
            }
          : undefined,
      );
      expect(page.page.status).toBe(403);
      expect(await dump()).toEqual(before);
    };
    await left(() => switchSsoOn({ state: 'off' }));
  });
});

it('is not done for somebody who was deactivated while it was decided', async () => {
  await make(portal, jane());
  const faults = new Faults(nth(3, { meanwhile: () => env.DB.prepare('UPDATE users SET active = 0').run() }));
  const visitor = new Visitor(portal.sources).over(faults.over({ DB: env.DB }));
  const page = await postResponse(visitor, await responseFor(portal.sources, JANE));
  expect([page.status, page.text.includes('is deactivated')]).toEqual([403, true]);
  expect(await rows('SELECT 1 FROM sessions')).toEqual([]);
});
