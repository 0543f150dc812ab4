// Every operator on every kind of attribute, and the filters that identity providers are known to send, RFC 7644 section 3.4.2.2.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { switchAdminSyncOn } from '../support/admins.ts';
import { ENTRA, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectRefused,
  expectStatus,
  filtered,
  make,
  PORTAL_URN,
  patchOf,
  userPath,
} from '../support/scim.ts';

const A = 'alice@acme.example';
const B = 'bob@acme.example';
const C = 'carol@acme.example';
const ALL = [A, B, C];

let portal: Portal;
let groupId: string;
beforeAll(async () => {
  portal = await freshPortal();
  await switchAdminSyncOn();
  await make(portal, {
    userName: A,
    externalId: 'Ext-A',
    name: { givenName: 'Alice', familyName: 'Straße' },
    title: 'Clerk',
    emails: [
      { value: 'alice@acme.example', type: 'work', primary: true },
      { value: 'al@home.example', type: 'home' },
    ],
    x509Certificates: [{ value: 'TUlJ' }],
    profileUrl: 'https://acme.example/Alice',
    [ENTERPRISE]: { department: 'Kelvin \u212A', employeeNumber: '701984', manager: { value: 'boss' } },
    [PORTAL_URN]: { isAdmin: true },
  });
  portal.sources.ms += 60_000;
  await make(portal, {
    userName: B,
    externalId: 'ext-b',
    title: 'clerk',
    emails: [{ value: 'bob@acme.example', type: 'home' }],
  });
  await make(portal, { userName: C, name: { formatted: 'Dr. Carol' } });
  await expectStatus(200, portal.send('PATCH', userPath(C), patchOf({ op: 'replace', path: 'active', value: false })));
  const staff = { displayName: 'Staff', members: [{ value: A }] };
  groupId = (await expectStatus(201, portal.send('POST', '/Groups', staff))).body.id;
  await env.DB.prepare('UPDATE users SET last_login_at = ? WHERE id = ?').bind(START_MS, B).run();
});

async function expectFound(filter: string, expected: readonly string[]): Promise<void> {
  for (const base of ['', ENTRA]) {
    const { body } = await expectStatus(200, portal.send('GET', base + filtered(filter)));
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(expected);
    expect(body.totalResults).toBe(expected.length);
  }
}

describe('text that compares without case', () => {
  it.each<[string, readonly string[]]>([
    ['title eq "CLERK"', [A, B]],
    ['title ne "clerk"', [C]],
    ['title co "LER"', [A, B]],
    ['title sw "cL"', [A, B]],
    ['title ew "RK"', [A, B]],
    ['title ew "xclerk"', []],
    ['title gt "clerj"', [A, B]],
    ['title ge "clerk"', [A, B]],
    ['title lt "clerk"', []],
    ['title le "CLERK"', [A, B]],
    ['title pr', [A, B]],
    ['title eq null', [C]],
    ['title ne null', [A, B]],
    ['title co ""', [A, B]],
    ['title eq ""', []],
    ['not (title pr)', [C]],
    ['not (title eq "clerk")', [C]],
    ['name.familyName eq "STRASSE"', []],
    ['name.familyName eq "straßE"', [A]],
    ['name.familyName co "\u1E9E"', [A]],
    ['name.formatted eq "straße alice"', [A]],
    ['name.formatted sw "bob"', [B]],
    ['name pr', [A, B]],
    ['name[givenName eq "ALICE" and familyName pr]', [A]],
    ['name[not (givenName pr)]', [B]],
    [`${ENTERPRISE}:department eq "kelvin k"`, [A]],
    [`${ENTERPRISE.toUpperCase()}:DEPARTMENT eq "KELVIN K"`, [A]],
    [`${ENTERPRISE}:manager.value eq "BOSS"`, [A]],
    [`${ENTERPRISE}:manager eq "boss"`, [A]],
    [`${ENTERPRISE}:manager pr`, [A]],
    [`${ENTERPRISE}:employeeNumber eq 701984`, [A]],
    ['userName ne "ALICE@acme.example"', [B, C]],
    ['userName co "@ACME"', ALL],
    ['userName ew ".example"', ALL],
    ['userName ge "bob" and userName lt "carol"', [B]],
  ])('%s', expectFound);
});

describe('text that compares by case, references, binary', () => {
  it.each<[string, readonly string[]]>([
    ['externalId ne "Ext-A"', [B, C]],
    ['externalId co "xt-"', [A, B]],
    ['externalId ew "-a"', []],
    ['externalId gt "Z"', [B]],
    ['externalId le "Ext-A"', [A]],
    ['profileUrl eq "https://acme.example/Alice"', [A]],
    ['profileUrl eq "https://acme.example/alice"', []],
    ['x509Certificates eq "TUlJ"', [A]],
    ['x509Certificates.value sw "tU"', []],
    ['id ne "alice@acme.example"', [B, C]],
    ['meta.version eq "W/\\"1\\""', [A, B]],
    ['meta.resourceType eq "User"', ALL],
    ['meta.resourceType eq "user"', []],
    ['meta pr', ALL],
    [`schemas eq "${CORE}"`, ALL],
    [`schemas eq "${ENTERPRISE}"`, [A]],
    [`schemas eq "${PORTAL_URN}"`, ALL],
    ['schemas pr', ALL],
  ])('%s', expectFound);
});

describe('booleans, plain or quoted as Entra sends them', () => {
  it.each<[string, readonly string[]]>([
    ['active ne true', [C]],
    ['active ne "True"', [C]],
    ['not (active eq false)', [A, B]],
    [`${PORTAL_URN}:isAdmin eq true`, [A]],
    [`${PORTAL_URN}:isAdmin eq "False"`, [B, C]],
    ['emails.primary eq true', [A]],
    ['emails[primary eq "true"]', [A]],
    ['emails[not (primary eq true)]', [A, B]],
  ])('%s', expectFound);
});

describe('dates', () => {
  it.each<[string, readonly string[]]>([
    ['meta.lastModified gt "2026-01-15T12:00:00Z"', [B, C]],
    ['meta.lastModified gt "2026-01-15T13:00:00+01:00"', [B, C]],
    ['meta.created eq "2026-01-15T12:00:00.000Z"', [A]],
    ['meta.created ne "2026-01-15T12:00:00Z"', [B, C]],
    ['meta.created le "2026-01-15T12:00:00"', [A]],
    ['meta.created sw "2026-01-15t12:01"', [B, C]],
    ['meta.created pr', ALL],
    ['userLastLoggedInTimeStamp pr', [B]],
    ['userLastLoggedInTimeStamp eq "jan 15, 2026 12:00:00 PM"', [B]],
    ['userLastLoggedInTimeStamp ew "am"', []],
  ])('%s', expectFound);
});

describe('attributes with several values', () => {
  it.each<[string, readonly string[]]>([
    ['emails co "HOME.example"', [A]],
    ['emails.value eq "bob@acme.example"', [B]],
    ['emails[type eq "work" and value co "@acme"]', [A]],
    ['emails[type eq "home" and value co "@acme"]', [B]],
    ['emails[type eq "home"].value sw "al@"', [A]],
    ['emails.type eq "work"', [A]],
    ['emails.type ne "work"', ALL],
    ['not (emails.type eq "work")', [B, C]],
    ['emails[type ne "work"]', [A, B]],
    ['emails pr', [A, B]],
    ['emails.display pr', []],
    ['emails eq null', [C]],
    ['phoneNumbers pr', []],
    ['phoneNumbers ne "1"', ALL],
    ['addresses[country eq "DE"]', []],
    ['groups pr', [A]],
    ['not (groups pr)', [B, C]],
    ['groups.display eq "STAFF"', [A]],
    ['groups[display sw "s" and type eq "direct"]', [A]],
    ['groups.value ne "x"', ALL],
    ['groups eq "x"', []],
  ])('%s', expectFound);

  it('the members of a group are found by its id', async () => {
    await expectFound(`groups.value eq "${groupId}"`, [A]);
    await expectFound(`groups eq "${groupId}" or userName eq "${B}"`, [A, B]);
    await expectFound(`not (groups eq "${groupId}")`, [B, C]);
  });
});

describe('what identity providers send', () => {
  it.each<[string, readonly string[]]>([
    ['userName eq "ALICE@acme.example"', [A]],
    ['userName eq "00000000-0000-0000-0000-000000000000"', []],
    ['externalId eq "Ext-A"', [A]],
    ['emails[type eq "work"].value eq "alice@acme.example"', [A]],
    ['emails[type eq "work"] and active eq "true"', [A]],
    ['emails.value eq "alice@acme.example" or userName eq "bob@acme.example"', [A, B]],
    [`${CORE}:userName sw "b" and active eq true`, [B]],
    ['(userName eq "bob@acme.example") or (name.familyName co "o" and not (active eq false))', [B]],
    ['meta.lastModified gt "2026-01-15T12:00:30Z" and active eq true', [B]],
    ['userName sw "a" and (title eq "clerk" or title eq "boss")', [A]],
  ])('%s', expectFound);
});

describe('a comparison without a meaning', () => {
  it.each([
    ['active gt false', /"active" by "gt", which has no meaning for true and false/],
    ['emails[primary co "t"]', /"primary" by "co"/],
    ['title eq true', /"title" with text/],
    ['title gt null', /"title" by "gt", which has no meaning for null/],
    ['meta.created gt "yesterday"', /"created" with a date and time/],
    ['x509Certificates gt "x"', /binary/],
    ['name eq "x"', /"name" has parts; compare one of them, such as "name\.formatted"/],
    ['addresses eq "x"', /"addresses\.formatted"/],
    ['emails.shoe eq "x"', /names "emails\.shoe", which the schemas/],
    ['emails[shoe eq "x"]', /names "emails\.shoe"/],
    ['userName[value eq "x"]', /"userName\[\.\.\.\]" cannot be used/],
    ['emails.value[type eq "x"]', /cannot be used/],
    ['userName.value eq "x"', /names "userName\.value"/],
    [`${ENTERPRISE}:shoeSize pr`, /shoeSize", which the schemas/],
    ['urn:x:y:userName eq "x"', /names "urn:x:y:userName"/],
    ['password pr', /can never be read/],
    ['meta.location eq "x"', /differs between base URLs; filter on "id"/],
    ['groups.$ref pr', /"groups\.\$ref" cannot be used/],
    ['schemas eq true', /URN in quotes/],
    ['title eq "x" or shoeSize pr', /names "shoeSize"/],
  ])('%s is refused as invalidFilter with a sentence', async (filter, detail) => {
    await expectRefused(portal, ['GET', filtered(filter)], { status: 400, scimType: 'invalidFilter', detail });
  });
});
