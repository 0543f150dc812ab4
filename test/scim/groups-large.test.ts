// Large groups: a full push of fifty thousand members in one request, by PUT and by PATCH, and what reading it costs.
import { beforeAll, describe, expect, it } from 'vitest';
import { makeGroup, membersOf, people, person, seedPeople, shownIds } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectStatus, one, patchOf } from '../support/scim.ts';

const MANY = 50_000;
const TIMEOUT_MS = 60_000;

let portal: Portal;
let id: string;
beforeAll(async () => {
  portal = await freshPortal();
  await seedPeople(MANY + 1);
  id = (await makeGroup(portal, 'Everybody')).id;
}, TIMEOUT_MS);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const result = await work();
  console.log(`${what}: ${Date.now() - startedMs} ms`);
  return result;
}

async function memberCount(): Promise<number> {
  const { count } = await one<{ count: number }>(
    'SELECT count(*) AS count FROM group_members WHERE group_seq = (SELECT seq FROM groups WHERE id = ?)',
    id,
  );
  return count;
}

const everybody = people(1, MANY);

describe(`${MANY} members`, { timeout: TIMEOUT_MS }, () => {
  it('come in one PUT', async () => {
    const body = { displayName: 'Everybody', members: membersOf(everybody) };
    const { body: answer } = await timed('PUT, members in the answer', () =>
      expectStatus(200, portal.send('PUT', `/Groups/${id}`, body)),
    );
    expect(answer.members).toHaveLength(MANY);
    expect(await memberCount()).toBe(MANY);
  });

  it('come again in one PATCH, which changes nothing', async () => {
    const body = patchOf({ op: 'replace', path: 'members', value: membersOf(everybody) });
    const { headers } = await timed('PATCH replace of the same, no answer', () =>
      expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${id}`, body)),
    );
    expect(headers.get('etag')).toBe('W/"2"');
  });

  it('are read whole, or not at all', async () => {
    const members = await timed('GET with members', () => shownIds(portal, id));
    expect(members).toEqual(everybody);
    const { body } = await timed('GET without members', () =>
      expectStatus(200, portal.send('GET', `/Groups/${id}?excludedAttributes=members`)),
    );
    expect(body).not.toHaveProperty('members');
  });

  it('lose one and win another in the time of two', async () => {
    const body = patchOf(
      { op: 'Remove', path: 'members', value: [{ value: person(1) }] },
      { op: 'Add', path: 'members', value: [{ value: person(MANY + 1) }] },
    );
    await timed('PATCH of two members', () => expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${id}`, body)));
    expect(await memberCount()).toBe(MANY);
  });

  it('are refused whole for one who is unknown', async () => {
    const body = patchOf({ op: 'replace', path: 'members', value: membersOf([...everybody, 'nobody']) });
    await expectRefused(portal, ['PATCH', `/Groups/${id}`, body], {
      status: 400,
      scimType: 'invalidValue',
      detail: /"nobody"/,
    });
    expect(await memberCount()).toBe(MANY);
  });

  it('are replaced by half of them, and the group goes with all of its rows', async () => {
    const body = patchOf({ op: 'replace', path: 'members', value: membersOf(everybody.slice(MANY / 2)) });
    await timed('PATCH replace by half, no answer', () =>
      expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${id}`, body)),
    );
    expect(await memberCount()).toBe(MANY / 2);
    await timed('DELETE', () => expectStatus(204, portal.send('DELETE', `/Groups/${id}`)));
    expect(await one('SELECT count(*) AS count FROM group_members')).toEqual({ count: 0 });
  });
});
