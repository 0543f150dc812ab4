// Filters in SQL give the users that an independent reading of the RFC gives, whatever the filter and the people; and nothing that
// looks like a filter yields a 5xx.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Filter } from '../../src/scim/filter/ast.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import { switchAdminSyncOn } from '../support/admins.ts';
import { isMeaningful, meets } from '../support/filter-oracle.ts';
import { person, someText, USER_ORACLE, userFilter } from '../support/filter-world.ts';
import { freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { expectStatus, filtered, make, patchOf, userPath } from '../support/scim.ts';
import { printFilter } from '../unit/scim/filter/print-filter.ts';

const RUNS = Number(env.FILTER_RUNS) || 2400;
/** So many are on their way together. */
const ABREAST = 8;
const PEOPLE = 60;
const TIMEOUT_MS = 30_000 + RUNS * 20;

let portal: Portal;
let people: readonly JsonObject[];

beforeAll(async () => {
  portal = await freshPortal();
  await switchAdminSyncOn();
  const bodies = fc.sample(fc.tuple(...Array.from({ length: PEOPLE }, (_, n) => person(n))), {
    numRuns: 1,
    seed: 7,
  })[0];
  for (const [n, body] of (bodies ?? []).entries()) await settle(n, await make(portal, body));
  people = (await portal.send('GET', '/Users?count=200')).body.Resources;
  expect(people.length).toBe(PEOPLE);
}, 60_000);

/** Some change later, some leave, some have signed in, and time goes on in uneven steps. */
async function settle(n: number, { id }: { readonly id: string }): Promise<void> {
  portal.sources.ms += [0, 1, 5000, 250][n % 4] ?? 0;
  if (n % 5 === 1) {
    const change = patchOf({ op: 'replace', path: 'title', value: `Changed ${n}` }, { op: 'remove', path: 'emails' });
    await expectStatus(200, portal.send('PATCH', userPath(id), change));
  }
  if (n % 6 === 2)
    await expectStatus(
      200,
      portal.send('PATCH', userPath(id), patchOf({ op: 'replace', path: 'active', value: false })),
    );
  if (n % 12 === 2) {
    const back = patchOf({ op: 'replace', value: { active: true, nickName: 'Back' } });
    await expectStatus(200, portal.send('PATCH', userPath(id), back));
  }
  if (n % 4 === 3) {
    await env.DB.prepare('UPDATE users SET last_login_at = ? WHERE id = ?')
      .bind(START_MS + (n - 30) * 3_599_000 * n, id)
      .run();
  }
}

async function idsOf(filter: string): Promise<readonly string[] | 'refused'> {
  const { status, body } = await portal.send('GET', filtered(filter, '&count=200&attributes=id'));
  if (status === 400) {
    expect(body).toMatchObject({ scimType: 'invalidFilter', detail: expect.stringMatching(/\S.*\.$/s) });
    return 'refused';
  }
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.totalResults).toBe(body.Resources.length);
  return body.Resources.map(({ id }: { id: string }) => id);
}

function expected(filter: Filter): readonly string[] | 'refused' {
  if (!isMeaningful(filter, USER_ORACLE)) return 'refused';
  return people.filter((one) => meets(filter, one, USER_ORACLE)).map(({ id }) => String(id));
}

it(
  `${RUNS} generated filters over ${PEOPLE} generated people find whom the RFC says`,
  async () => {
    let found = 0;
    const filters = fc.array(userFilter, { minLength: ABREAST, maxLength: ABREAST });
    await fc.assert(
      fc.asyncProperty(filters, async (some) => {
        const wanted = some.map(expected);
        expect(await Promise.all(some.map((filter) => idsOf(printFilter(filter))))).toEqual(wanted);
        found += wanted.filter((ids) => ids !== 'refused' && ids.length > 0 && ids.length < PEOPLE).length;
      }),
      { numRuns: Math.ceil(RUNS / ABREAST) },
    );
    // A property over filters that find nobody, or everybody, would prove little.
    expect(found).toBeGreaterThan(RUNS / 4);
  },
  TIMEOUT_MS,
);

const scrap = fc.oneof(
  fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    'not',
    'and',
    'or',
    'pr',
    'eq',
    'co',
    '"',
    '\\',
    '.',
    ':',
    '$',
    ',',
    "'",
    '--',
    '%00',
    '\0',
  ),
  fc.constantFrom(
    'emails',
    'userName',
    'name.givenName',
    'meta',
    'schemas',
    'groups',
    'groups.value',
    'password',
    'meta.location',
  ),
  fc.constantFrom('urn:ietf:params:scim:schemas:core:2.0:User:', 'urn:x', '__proto__', 'constructor', 'toString'),
  fc.constantFrom('true', 'null', '1e999', '-0', '"x"', '"\\ud800"', '"\\u0000"', '"2026-01-15T12:00:00Z"'),
  someText,
);

it(
  'nothing that looks like a filter yields a 5xx',
  async () => {
    const scraps = fc.array(scrap, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    const damaged = fc
      .tuple(userFilter.map(printFilter), fc.nat(), fc.nat(20), scrap)
      .map(
        ([text, at, length, word]) => text.slice(0, at % text.length) + word + text.slice((at % text.length) + length),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(scraps, damaged), { maxLength: ABREAST }), async (filters) => {
        const sent = filters.map((filter) => portal.send('GET', filtered(filter.toWellFormed(), '&count=1')));
        for (const { status } of await Promise.all(sent)) expect([200, 400]).toContain(status);
      }),
      { numRuns: Math.ceil(RUNS / ABREAST) },
    );
  },
  TIMEOUT_MS,
);
