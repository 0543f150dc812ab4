// Walking a list of users page by page against the slow way: every user looked at by itself. Random directories, lists and bounds.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ListedUser, type ListLimits, readListPage, selectListPage } from '../../src/directory/user-list.ts';
import { type ListQuery, readListQuery } from '../../src/directory/user-list-query.ts';
import { fold } from '../../src/scim/fold.ts';
import { freshPortal } from '../support/portal.ts';

interface Person {
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly externalId: string | null;
  readonly loginType: string;
  readonly role: string;
  readonly state: 'active' | 'inactive' | 'removed';
  readonly removedAt: number;
}

const person: fc.Arbitrary<Person> = fc.record({
  userName: fc.constantFrom(
    'ann',
    'Anna',
    'anné',
    'ANNE',
    'bo',
    'b%',
    'b_',
    '\u{10ffff}a',
    'ＡＮＮ',
    'jane example',
    '12',
  ),
  givenName: fc.constantFrom(null, 'Ann', 'Jane', 'Åsa', 'B%'),
  familyName: fc.constantFrom(null, 'Example', 'Bo', 'ÖZ'),
  externalId: fc.constantFrom(null, 'ann', '12', 'Example', 'b_'),
  loginType: fc.constantFrom('saml', 'saml', 'saml', 'password', 'service'),
  role: fc.constantFrom('user', 'user', 'admin', 'manager'),
  state: fc.constantFrom('active', 'active', 'active', 'inactive', 'removed'),
  removedAt: fc.constantFrom(1000, 1001, 1002),
});

const query: fc.Arbitrary<ListQuery> = fc
  .record({
    show: fc.constantFrom('registered', 'deactivated', 'inactive', 'removed', 'all'),
    q: fc.constantFrom(
      '',
      '',
      '',
      'an',
      'ANN',
      'bo',
      'b%',
      'ex',
      'jane ex',
      'example jane',
      '12',
      'ö',
      'nobody',
      'Example',
    ),
    login: fc.constantFrom('', '', '', 'saml', 'password', 'service'),
    role: fc.constantFrom('', '', '', 'user', 'admin', 'manager', 'none'),
  })
  .map((fields) => readListQuery(new URLSearchParams(fields)));

const limits: fc.Arbitrary<ListLimits> = fc.record({
  users: fc.integer({ min: 1, max: 6 }),
  looked: fc.integer({ min: 1, max: 25 }),
});

async function fill(people: readonly Person[]): Promise<void> {
  const names = new Set<string>();
  const rows = people.map((one, i) => {
    // A visible name is unique; a removed row keeps its name beside another one's.
    const userName = names.has(fold(one.userName)) && one.state !== 'removed' ? `${one.userName}${i}` : one.userName;
    if (one.state !== 'removed') names.add(fold(userName));
    const name = { givenName: one.givenName, familyName: one.familyName };
    const kept = Object.entries(name).filter((entry): entry is [string, string] => entry[1] !== null);
    const folded = { name: Object.fromEntries(kept.map(([key, value]) => [key, fold(value)])) };
    const isFolded = one.loginType === 'saml';
    return { ...one, seq: i + 1, userName, key: fold(userName), folded: JSON.stringify(isFolded ? folded : {}) };
  });
  await env.DB.batch([
    env.DB.prepare('DELETE FROM users'),
    env.DB.prepare(
      `INSERT INTO users (seq, id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
         attributes, folded, registration, created_at, updated_at, version, removed_at)
       SELECT value ->> 'seq', value ->> 'seq', value ->> 'userName', value ->> 'key', value ->> 'externalId', value ->> 'loginType',
         value ->> 'role', value ->> 'state' = 'active', value ->> 'givenName', value ->> 'familyName', '{}', value ->> 'folded',
         1, 1, 1, 1, iif(value ->> 'state' = 'removed', value ->> 'removedAt', NULL)
       FROM json_each(?)`,
    ).bind(JSON.stringify(rows)),
  ]);
}

interface StoredUser extends ListedUser {
  readonly externalId: string | null;
}

/** The rule as a person would say it. */
function belongs(user: StoredUser, { show, login, role, sought }: ListQuery): boolean {
  const state = user.removedAt !== null ? 'removed' : user.active === 1 ? 'registered' : 'inactive';
  const isShown = show === 'all' || show === state || (show === 'deactivated' && state !== 'registered');
  // SQLite folds ASCII only, which is all there is for the names of accounts outside SCIM.
  const foldName = user.loginType === 'saml' ? fold : (text: string) => text.replace(/[A-Z]/g, (c) => c.toLowerCase());
  const name = foldName([user.givenName ?? '', user.familyName ?? ''].join(' '));
  const isFound =
    sought.typed === '' ||
    user.externalId === sought.typed ||
    sought.words.every((word) => fold(user.userName).includes(word) || name.includes(word));
  return isShown && isFound && (!login || user.loginType === login) && (!role || user.role === role);
}

/** Others come, leave and are removed while somebody walks through the list. */
async function meanwhile(newcomer: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO users (seq, id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
       VALUES (?1, ?1, 'ann' || ?1, 'ann' || ?1, iif(?1 % 3 = 0, 'service', 'saml'), iif(?1 % 4 = 0, 'admin', 'user'), ?1 % 2, '{}', 1, 1, 1, 1)`,
    ).bind(newcomer),
    env.DB.prepare('UPDATE users SET active = 0 WHERE seq >= 1000 AND seq % 5 = ?').bind(newcomer % 5),
    env.DB.prepare('UPDATE users SET active = 0, removed_at = seq WHERE seq >= 1000 AND seq % 7 = ?').bind(
      newcomer % 7,
    ),
  ]);
}

async function walk(wanted: ListQuery, bounds: ListLimits, isBusy: boolean): Promise<number[]> {
  const found: number[] = [];
  for (let cursor = '', pages = 0; ; pages++) {
    expect(pages).toBeLessThan(300);
    const page = readListPage(await selectListPage(env.DB, wanted, cursor, bounds).run(), bounds);
    expect(page.users.length).toBeLessThanOrEqual(bounds.users);
    found.push(...page.users.map(({ seq }) => seq));
    if (page.next === undefined) return found.filter((seq) => seq < 1000);
    cursor = page.next;
    if (isBusy && pages < 20) await meanwhile(1000 + pages);
  }
}

it('a walk through any list sees every user who is of it throughout exactly once, however small the pages and busy the others', async () => {
  await freshPortal();
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { maxLength: 24 }),
      fc.array(fc.tuple(query, limits, fc.boolean()), { minLength: 4, maxLength: 8 }),
      async (people, walks) => {
        await fill(people);
        const { results } = await env.DB.prepare(
          `SELECT seq, user_name AS userName, given_name AS givenName, family_name AS familyName, login_type AS loginType, role,
             active, removed_at AS removedAt, external_id AS externalId FROM users`,
        ).all<StoredUser>();
        for (const [wanted, bounds, isBusy] of walks) {
          await env.DB.prepare('DELETE FROM users WHERE seq >= 1000').run();
          const slow = results.filter((user) => belongs(user, wanted)).map(({ seq }) => seq);
          expect((await walk(wanted, bounds, isBusy)).toSorted((a, b) => a - b)).toEqual(slow);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
