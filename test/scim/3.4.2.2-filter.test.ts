// The filters that run, RFC 7644 section 3.4.2.2: by index, within D1's limits, and refused with a text where they cannot.
import { beforeEach, describe, expect, it } from 'vitest';
import { addAccount, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { CORE, expectRefused, expectStatus, filtered, make, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const PEOPLE = [
  { userName: 'Alice@acme.example', externalId: 'Ext-A' },
  { userName: 'bob@acme.example', externalId: 'ext-b' },
  { userName: 'carol@other.example' },
  { userName: 'straße@acme.example', externalId: 'EXT-b' },
];

const A = 'alice@acme.example';
const B = 'bob@acme.example';
const C = 'carol@other.example';
const S = 'straße@acme.example';
const ALL = [A, B, C, S];

describe('among four people, of whom bob is inactive', () => {
  beforeEach(async () => {
    for (const person of PEOPLE) await make(portal, person);
    await expectStatus(
      200,
      portal.send('PATCH', userPath(B), patchOf({ op: 'replace', path: 'active', value: false })),
    );
    await addAccount('password', 'alice-admin@acme.example', 'admin');
    await make(portal, { userName: 'gone@acme.example', externalId: 'Ext-A' });
    await expectStatus(204, portal.send('DELETE', userPath('gone@acme.example')));
  });

  it.each([
    ['userName eq "alice@acme.example"', [A]],
    ['userName eq "ALICE@ACME.EXAMPLE"', [A]],
    ['USERNAME EQ "alice@acme.example"', [A]],
    ['userName eq "ａｌｉｃｅ@acme.example"', [A]],
    [`${CORE}:userName eq "alice@acme.example"`, [A]],
    [`${CORE.toUpperCase()}:USERNAME eq "alice@acme.example"`, [A]],
    ['(userName eq "alice@acme.example")', [A]],
    ['userName eq "bob@acme.example"', [B]],
    ['userName eq "STRASSE@acme.example"', []],
    ['userName eq "straße@acme.example"', [S]],
    ['userName eq "gone@acme.example"', []],
    ['userName eq "scim-admin@acme.example"', []],
    ['userName eq "break-glass@acme.example"', []],
    ['userName eq ""', []],
    ['id eq "alice@acme.example"', [A]],
    ['id eq "Alice@acme.example"', []],
    ['externalId eq "Ext-A"', [A]],
    ['externalId eq "ext-a"', []],
    ['externalId eq "ext-b"', [B]],
    ['externalId pr', [A, B, S]],
    ['userName pr', ALL],
    ['active pr', ALL],
    ['active eq true', [A, C, S]],
    ['active eq "True"', [A, C, S]],
    ['active eq false', [B]],
    ['active eq "FALSE"', [B]],
    ['userName sw "ALI"', [A]],
    ['userName sw ""', ALL],
    ['userName sw "alice@acme.example0"', []],
    ['externalId sw "Ext"', [A]],
    ['externalId sw "ext"', [B]],
    ['id sw "%"', []],
    ['userName sw "_lice"', []],
    ['userName eq "bob@acme.example" and active eq true', []],
    ['userName eq "bob@acme.example" and active eq false', [B]],
    ['active eq true and externalId pr', [A, S]],
    ['userName eq "bob@acme.example" or externalId eq "Ext-A"', [A, B]],
    ['userName eq "alice@acme.example" or userName eq "ALICE@acme.example"', [A]],
    ['active eq false or userName sw "carol" and active eq true', [B, C]],
    ['(active eq false or userName sw "carol") and active eq true', [C]],
    ['userName eq "x" or active eq true or active eq false', ALL],
    ['userName eq "a\\" OR 1=1 --"', []],
    ['userName eq "a\\u0040b"', []],
  ])('%s', async (filter, expected) => {
    const { body } = await expectStatus(200, portal.send('GET', filtered(filter)));
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(expected);
    expect(body).toMatchObject({ totalResults: expected.length, itemsPerPage: expected.length, startIndex: 1 });
    const entra = await expectStatus(200, portal.send('GET', ENTRA + filtered(filter)));
    expect(entra.body.totalResults).toBe(expected.length);
  });

  it.each([
    ['userName eq "alice@acme.example"', 1],
    ['externalId eq "Ext-A"', 1],
    ['active eq true', 3],
    ['externalId pr', 3],
    ['userName sw "a" or userName sw "b"', 2],
  ])('the total of %s does not depend on the page', async (filter, total) => {
    for (const page of ['&count=0', '&count=1', '&startIndex=2&count=1', '&startIndex=9', '&count=-3']) {
      const { body } = await expectStatus(200, portal.send('GET', filtered(filter, page)));
      expect(body.totalResults, page).toBe(total);
      expect(body.itemsPerPage, page).toBe(body.Resources.length);
    }
  });

  it('two pages of a filter are what one page is', async () => {
    const page = async (query: string) =>
      (await portal.send('GET', filtered('externalId pr', query))).body.Resources.map(({ id }: { id: string }) => id);
    expect([...(await page('&count=2')), ...(await page('&startIndex=3&count=2'))]).toEqual([A, B, S]);
  });

  it('an inactive user is answered without a profile', async () => {
    const { body } = await portal.send('GET', filtered('userName eq "bob@acme.example"'));
    expect(body.Resources[0]).toMatchObject({ active: false, externalId: 'ext-b' });
    expect(body.Resources[0]).not.toHaveProperty('emails');
  });
});

describe('within limits', () => {
  const terms = (count: number, term: (i: number) => string, join = ' or ') =>
    Array.from({ length: count }, (_, i) => term(i)).join(join);

  it.each([
    ['eq', (i: number) => `userName eq "user${i}"`],
    ['sw, which takes two of the hundred parameters', (i: number) => `userName sw "user${i}@"`],
    ['pr', () => 'externalId pr'],
  ])('forty terms of %s run', async (_operator, term) => {
    await make(portal, { userName: 'user39@', externalId: 'x' });
    for (const join of [' or ', ' and ']) {
      await expectStatus(200, portal.send('GET', filtered(terms(40, term, join))));
    }
    const query = filtered(terms(40, term), '&startIndex=1&count=1');
    const { body } = await expectStatus(200, portal.send('GET', query));
    expect(body.totalResults).toBe(_operator === 'eq' ? 0 : 1);
  });

  it.each([
    ['forty-one terms', terms(41, (i) => `userName eq "user${i}"`), /more than 40/],
    ['brackets 21 deep', `${'('.repeat(21)}active pr${')'.repeat(21)}`, /more than 20 deep/],
    ['more than 8,192 characters', `userName eq "${'x'.repeat(8192)}"`, /more than 8192/],
  ])('%s are refused', async (_case, filter, detail) => {
    await expectRefused(portal, ['GET', filtered(filter)], { status: 400, scimType: 'invalidFilter', detail });
  });
});

describe('a filter that cannot run', () => {
  it.each([
    ['password eq "x"', /can never be read/],
    ['shoeSize eq 1', /names "shoeSize", which the schemas/],
    ['active co true', /"active" by "co"/],
    ['active eq "perhaps"', /"active" with true or false/],
    ['userName eq true', /"userName" with text/],
    ['userName eq', /expected a value/],
    ['userName', /expected an operator/],
    ['eq "x"', /./],
    ["userName eq 'x'", /double quotes/],
    ['userName eq "x', /no closing double quote/],
    ['userName eq "x" and', /./],
    ['userName eq "x" userName eq "y"', /expected "and", "or" or the end/],
    ['userName eq "x")', /./],
    ['(userName eq "x"', /./],
    ['userName eq "\\ud800"', /./],
    ['userName eq "a\\u0000b"', /./],
    ['userName eq "x"; DROP TABLE users', /not allowed/],
    ['__proto__ pr', /./],
    ['constructor pr', /"constructor", which/],
    ['toString eq "x"', /"toString", which/],
  ])('%s is refused as invalidFilter with a text', async (filter, detail) => {
    await make(portal);
    await expectRefused(portal, ['GET', filtered(filter)], { status: 400, scimType: 'invalidFilter', detail });
  });
});
