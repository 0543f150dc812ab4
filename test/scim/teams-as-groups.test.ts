// The choice `groups: teams_read_only`: the portal's teams as read-only groups beside the ordinary ones, through every verb, filter
// and page; and nothing of it where a portal did not choose it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import type { Result } from '../../src/failure.ts';
import { countedDb } from '../support/counted-db.ts';
import { expectDeclared, readSchemas } from '../support/declared.ts';
import { GROUP, makeGroup, membersOf } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, STANDARD, START_MS } from '../support/portal.ts';
import { ENTERPRISE, expectRefused, expectStatus, jane, make, one, patchOf, userPath } from '../support/scim.ts';

const division = (value: string) => ({ [ENTERPRISE]: { division: value } });

let portal: Portal;
let north: string;
let south: string;
let guides: string;
/** Ann and Ben are in the team North, Cem in none. */
let [ann, ben, cem] = ['', '', ''];

beforeEach(async () => {
  portal = await freshPortal('sendoso');
  for (const name of ['North', 'South']) must(await addTeam(context(), name));
  [north, south] = [await teamId('North'), await teamId('South')];
  const person = async (userName: string, more: object) => (await make(portal, jane({ userName, ...more }))).id;
  ann = await person('ann@acme.example', division('North'));
  ben = await person('ben@acme.example', division('North'));
  cem = await person('cem@acme.example', {});
  guides = (await makeGroup(portal, 'Guides', [ann, cem])).id;
});

const context = () => ({ db: env.DB, sources: portal.sources, actor: 'cli' });
const teamId = async (name: string) => (await one<{ id: string }>('SELECT id FROM teams WHERE name = ?', name)).id;

/** Another isolate changes the choice: this one learns of it with its next read. */
async function choose(groups: string): Promise<void> {
  const policy = JSON.stringify({ groups });
  await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(policy).run();
}

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.failure.detail);
}

const teamPath = (base = '') => `${base}/Groups/${north}`;
const listed = async (query: string, base = '') => {
  const { body } = await expectStatus(200, portal.send('GET', `${base}/Groups${query}`));
  return { ...body, names: body.Resources.map(({ displayName }: { displayName: string }) => displayName) };
};
const filtered = (filter: string, more = '') => listed(`?filter=${encodeURIComponent(filter)}${more}`);
const memberIds = async (id: string): Promise<string[]> => {
  const { body } = await expectStatus(200, portal.send('GET', `/Groups/${id}`));
  return body.members.map(({ value }: { value: string }) => value);
};

describe('a team', () => {
  it('is a group with the users of the team as its members', async () => {
    const { body, headers } = await expectStatus(200, portal.send('GET', teamPath()));
    const at = new Date(START_MS).toISOString();
    const member = (value: string) => ({
      value,
      $ref: `${STANDARD}/Users/${value}`,
      display: 'Example Jane',
      type: 'User',
    });
    const location = `${STANDARD}/Groups/${north}`;
    const version = headers.get('etag');
    expect(body).toEqual({
      schemas: [GROUP],
      id: expect.stringMatching(/^team-[0-9a-f]{32}$/),
      displayName: 'North',
      members: [member(ann), member(ben)],
      meta: { resourceType: 'Group', created: at, lastModified: at, location, version },
    });
    const { body: entra } = await expectStatus(200, portal.send('GET', teamPath(ENTRA)));
    expect(entra.meta.location).toBe(`${ENTRA}/Groups/${north}`);
    expect(await memberIds(south)).toEqual([]);
  });

  it('follows the division, deactivation and DELETE of its users, and what admins do', async () => {
    const move = patchOf({ op: 'replace', path: `${ENTERPRISE}:division`, value: 'South' });
    await expectStatus(200, portal.send('PATCH', userPath(ben), move));
    expect([await memberIds(north), await memberIds(south)]).toEqual([[ann], [ben]]);
    await expectStatus(200, portal.send('PATCH', userPath(ann), patchOf({ op: 'replace', value: { active: false } })));
    expect(await memberIds(north)).toEqual([ann]);
    await expectStatus(204, portal.send('DELETE', userPath(ann)));
    expect(await memberIds(north)).toEqual([]);
    must(await renameTeam(context(), 'South', 'Southern'));
    const { body } = await expectStatus(200, portal.send('GET', `/Groups/${south}`));
    expect([body.displayName, body.members.length]).toEqual(['Southern', 1]);
    must(await removeTeam(context(), 'Southern'));
    await expectStatus(404, portal.send('GET', `/Groups/${south}`));
  });

  it('has an id that no later team gets', async () => {
    must(await removeTeam(context(), 'South'));
    must(await addTeam(context(), 'South'));
    expect(await teamId('South')).not.toBe(south);
    await expectStatus(404, portal.send('GET', `/Groups/${south}`));
  });

  it('is never called unchanged after a change, and is while nothing changes', async () => {
    const { headers } = await expectStatus(200, portal.send('GET', teamPath()));
    const known = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
    await expectStatus(304, portal.send('GET', teamPath(), undefined, known));
    const move = patchOf({ op: 'replace', path: `${ENTERPRISE}:division`, value: 'South' });
    await expectStatus(200, portal.send('PATCH', userPath(ben), move));
    await expectStatus(200, portal.send('GET', teamPath(), undefined, known));
  });

  it('without members costs nothing for them', async () => {
    const costOf = async (path: string) => {
      const { db, cost } = countedDb(env.DB);
      const { body } = await expectStatus(200, portal.send('GET', path, undefined, { env: { DB: db } }));
      return { body, read: cost.rowsRead };
    };
    const paths = [`${teamPath()}?excludedAttributes=members`, '/Groups?attributes=displayName'];
    const before = await Promise.all(paths.map(costOf));
    await env.DB.prepare('UPDATE users SET team_seq = NULL').run();
    for (const [index, path] of paths.entries()) {
      const { body, read } = await costOf(path);
      expect(JSON.stringify(body)).not.toContain('"members"');
      expect(read).toBe(before[index]?.read);
    }
  });
});

describe('the list', () => {
  it('has the teams behind the groups, in one call, with an exact total and pages', async () => {
    const { names, totalResults, Resources } = await listed('');
    expect([names, totalResults]).toEqual([['Guides', 'North', 'South'], 3]);
    expect(Resources.map(({ members }: { members: unknown[] }) => members.length)).toEqual([2, 2, 0]);
    for (const group of Resources) {
      expect((await expectStatus(200, portal.send('GET', `/Groups/${group.id}`))).body).toEqual(group);
    }
    const second = await listed('?startIndex=2&count=1');
    expect([second.names, second.totalResults, second.itemsPerPage]).toEqual([['North'], 3, 1]);
    expect(second.Resources[0].members).toHaveLength(2);
    expect(await listed('?count=0')).toMatchObject({ totalResults: 3, Resources: [] });
    const { db, cost } = countedDb(env.DB);
    let calls = 0;
    await portal.send('GET', '/Groups', undefined, { env: { DB: db }, answered: () => (calls = cost.calls) });
    expect(calls).toBe(1);
  });

  it.each<readonly [string, readonly string[]]>([
    ['displayName eq "north"', ['North']],
    ['displayName eq "NORTH" or displayName eq "guides"', ['Guides', 'North']],
    ['displayName eq "nobody"', []],
    ['displayName co "o"', ['North', 'South']],
    ['not (displayName co "o")', ['Guides']],
    ['externalId pr', []],
    ['externalId ne "x"', ['Guides', 'North', 'South']],
    ['members pr', ['Guides', 'North']],
    ['not (members pr)', ['South']],
    ['members[type eq "User"]', ['Guides', 'North']],
    ['id sw "team-"', ['North', 'South']],
    ['meta.resourceType eq "Group"', ['Guides', 'North', 'South']],
    ['meta.created gt "2000-01-01T00:00:00Z" and displayName sw "s"', ['South']],
    ['meta.lastModified ge "2000-01-01T00:00:00Z"', ['Guides', 'North', 'South']],
    ['meta.version pr', ['Guides', 'North', 'South']],
  ])('filtered by %s', async (filter, expected) => {
    const { names, totalResults } = await filtered(filter);
    expect([names, totalResults]).toEqual([expected, expected.length]);
    const search = await expectStatus(200, portal.send('POST', '/Groups/.search', { filter }));
    expect(search.body.totalResults).toBe(expected.length);
  });

  it('filtered by id and members, of groups and teams at once', async () => {
    expect((await filtered(`id eq "${north}"`)).names).toEqual(['North']);
    expect((await filtered(`members.value eq "${ann}"`)).names).toEqual(['Guides', 'North']);
    expect((await filtered(`members[value eq "${ben}"]`)).names).toEqual(['North']);
    expect((await filtered(`id eq "${north}" and members eq "${cem}"`)).names).toEqual([]);
    expect((await filtered(`members.value ne "${ann}"`)).names).toEqual(['Guides', 'North', 'South']);
    const { body } = await expectStatus(200, portal.send('GET', teamPath()));
    const version = `meta.version eq ${JSON.stringify(body.meta.version)}`;
    expect((await filtered(version)).names).toEqual(['North', 'South']);
  });

  it('takes the longest filter, over every index, though it binds its values twice', async () => {
    const kinds = ['id eq "x"', 'externalId eq "x"', 'members eq "x"', 'meta.lastModified lt "2001-01-01T00:00:00Z"'];
    const terms = Array.from({ length: 39 }, (_, i) => kinds[i % kinds.length]);
    expect((await filtered([...terms, 'displayName eq "north"'].join(' or '))).names).toEqual(['North']);
  });

  it('is part of the search of everything', async () => {
    const filter = 'meta.resourceType eq "Group"';
    const { body } = await expectStatus(200, portal.send('POST', '/.search', { filter, count: 2 }));
    expect([body.totalResults, body.Resources.length]).toEqual([3, 2]);
  });
});

describe('the groups of a user', () => {
  it('end with the team', async () => {
    const { body } = await expectStatus(200, portal.send('GET', `${userPath(ann)}?attributes=groups`));
    expect(body.groups).toEqual([
      { value: guides, $ref: `${STANDARD}/Groups/${guides}`, display: 'Guides', type: 'direct' },
      { value: north, $ref: `${STANDARD}/Groups/${north}`, display: 'North', type: 'direct' },
    ]);
    const { body: list } = await expectStatus(200, portal.send('GET', '/Users?attributes=groups.display'));
    const shown = list.Resources.map(({ groups = [] }: { groups?: { display: string }[] }) =>
      groups.map(({ display }) => display),
    );
    expect(shown).toEqual([['Guides', 'North'], ['North'], ['Guides']]);
  });

  it.each<readonly [filter: () => string, found: () => readonly string[]]>([
    [() => `groups.value eq "${north}"`, () => [ann, ben]],
    [() => `groups eq "${guides}"`, () => [ann, cem]],
    [() => `groups eq "${guides}" and groups eq "${north}"`, () => [ann]],
    [() => 'groups.display eq "north"', () => [ann, ben]],
    [() => 'groups[display co "UID" and type eq "direct"]', () => [ann, cem]],
    [() => 'groups pr', () => [ann, ben, cem]],
    [() => `groups.value eq "${south}"`, () => []],
  ])('can be filtered by: %s', async (filter, found) => {
    const { body } = await expectStatus(200, portal.send('GET', `/Users?filter=${encodeURIComponent(filter())}`));
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(found());
    expect(body.totalResults).toBe(found().length);
  });
});

describe('a write', () => {
  const WRITES: readonly (readonly [method: string, body: () => unknown])[] = [
    ['PUT', () => ({ schemas: [GROUP], displayName: 'North', members: membersOf([ann]) })],
    ['PATCH', () => patchOf({ op: 'add', path: 'members', value: membersOf([cem]) })],
    ['PATCH', () => patchOf({ op: 'remove', path: 'members' })],
    ['PATCH', () => patchOf({ op: 'replace', value: { displayName: 'North' } })],
    ['DELETE', () => undefined],
  ];

  it.each(WRITES.flatMap(([method, body]) => ['', ENTRA].map((base) => [method, base, body] as const)))(
    'to a team by %s at "%s" is refused in words that say who manages it',
    async (method, base, body) => {
      const wanted = { status: 400, scimType: 'mutability', detail: /a team of the portal.*division/ };
      await expectRefused(portal, [method, teamPath(base), body()], wanted);
      const { rule } = await one<{ rule: string }>('SELECT rule FROM refusals ORDER BY seq DESC LIMIT 1');
      expect(rule).toBe('team_read_only');
    },
  );

  it('to a team in a bulk request is refused by itself', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const Operations = [
      { method: 'DELETE', path: `/Groups/${north}` },
      { method: 'DELETE', path: `/Groups/${guides}` },
    ];
    const { body } = await expectStatus(200, portal.send('POST', '/Bulk', { schemas, Operations }));
    expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(['400', '204']);
    expect((await listed('')).names).toEqual(['North', 'South']);
  });

  it('to a team that is not there is 404', async () => {
    await expectRefused(portal, ['DELETE', '/Groups/team-0'], { status: 404 });
    await expectRefused(portal, ['PUT', '/Groups/team-0', { displayName: 'x' }], { status: 404 });
  });

  it('that would give a group the name of a team is 409, by POST, PUT and PATCH', async () => {
    const wanted = { status: 409, scimType: 'uniqueness', detail: /A team of this portal has this displayName/ };
    await expectRefused(portal, ['POST', '/Groups', { displayName: 'NORTH' }], wanted);
    await expectRefused(portal, ['PUT', `/Groups/${guides}`, { displayName: 'North' }], wanted);
    const rename = patchOf({ op: 'replace', path: 'displayName', value: 'south' });
    await expectRefused(portal, ['PATCH', `/Groups/${guides}`, rename], wanted);
    await expectRefused(portal, ['POST', '/Groups', { displayName: 'guides' }], {
      status: 409,
      scimType: 'uniqueness',
      detail: /A group with this displayName exists already/,
    });
  });

  it('to a group takes no team for a member', async () => {
    const add = patchOf({ op: 'add', path: 'members', value: membersOf([north]) });
    await expectRefused(portal, ['PATCH', `/Groups/${guides}`, add], { status: 400, scimType: 'invalidValue' });
  });

  it('of an admin cannot give a team the name of a group, or of another team in another case', async () => {
    const refused = (detail: RegExp) => ({ ok: false, failure: { detail: expect.stringMatching(detail) } });
    expect(await addTeam(context(), 'GUIDES')).toMatchObject(refused(/A group has this name/));
    expect(await renameTeam(context(), 'North', 'guides')).toMatchObject(refused(/A group has this name/));
    expect(await addTeam(context(), 'north')).toMatchObject(refused(/one of that name already/));
    expect(await renameTeam(context(), 'South', 'NORTH')).toMatchObject(refused(/one of that name already/));
    must(await renameTeam(context(), 'North', 'NORTH'));
  });
});

describe.each(['full', 'off'])('with the choice "%s"', (groups) => {
  beforeEach(async () => {
    await choose(groups);
  });

  it('no team is seen, at once', async () => {
    expect((await listed('')).names).toEqual(groups === 'full' ? ['Guides'] : []);
    expect((await filtered(`id eq "${north}"`)).totalResults).toBe(0);
    await expectStatus(404, portal.send('GET', teamPath()));
    await expectStatus(groups === 'full' ? 404 : 501, portal.send('DELETE', teamPath()));
    const { body } = await expectStatus(200, portal.send('GET', `${userPath(ben)}?attributes=groups`));
    expect(body).not.toHaveProperty('groups');
    const filter = encodeURIComponent(`groups.value eq "${north}"`);
    expect((await expectStatus(200, portal.send('GET', `/Users?filter=${filter}`))).body.totalResults).toBe(0);
    await expectStatus(groups === 'full' ? 201 : 501, portal.send('POST', '/Groups', { displayName: 'North' }));
  });

  it('they are seen again with the first list after the choice changed, whatever the isolate remembers', async () => {
    await listed('');
    await choose('teams_read_only');
    expect((await listed('')).names).toEqual(['Guides', 'North', 'South']);
  });
});

it('no answer carries what /Schemas does not declare', async () => {
  const schemas = await readSchemas(portal);
  const answers = [];
  for (const base of ['', ENTRA]) {
    for (const path of ['/Groups', teamPath(), `${teamPath()}?attributes=members`, '/Users?attributes=groups']) {
      const { body } = await expectStatus(200, portal.send('GET', base + path));
      answers.push(...(body.Resources ?? [body]));
    }
  }
  expect(answers.length).toBeGreaterThan(15);
  for (const answer of answers) expectDeclared(answer, schemas);
});
