// Groups under concurrent requests, RFC 7644 section 3.5.2: memberships are rows, so that no change of a member is lost.
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeGroup, memberIds, membersOf, people, person, seedPeople, shownIds } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { expectStatus, journalOf, one, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await seedPeople(24);
});

const add = (...ids: string[]) => patchOf({ op: 'Add', path: 'members', value: membersOf(ids) });
const remove = (...ids: string[]) => patchOf({ op: 'Remove', path: 'members', value: membersOf(ids) });
const rename = (value: string) => patchOf({ op: 'Replace', path: 'displayName', value });
const send = (id: string, body: unknown) => portal.send('PATCH', `${ENTRA}/Groups/${id}`, body);

it('twenty adds of different members at once lose none, and each is a version', async () => {
  const { id } = await makeGroup(portal, 'Guides');
  const replies = await Promise.all(people(1, 20).map((member) => send(id, add(member))));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 204));
  expect(await memberIds(id)).toEqual(people(1, 20));
  expect((await portal.send('GET', `/Groups/${id}`)).headers.get('etag')).toBe('W/"21"');
  expect(await journalOf(id)).toHaveLength(21);
});

it('adds and removes of different members at once all take place', async () => {
  const { id } = await makeGroup(portal, 'Guides', people(1, 10));
  const changes = [...people(1, 10).map((member) => remove(member)), ...people(11, 20).map((member) => add(member))];
  for (const { status } of await Promise.all(changes.map((body) => send(id, body)))) expect(status).toBe(204);
  expect(await memberIds(id)).toEqual(people(11, 20));
});

it('a rename amid twenty adds takes place, and so do the adds', async () => {
  const { id } = await makeGroup(portal, 'Guides');
  const changes = [...people(1, 10).map((m) => add(m)), rename('Leaders'), ...people(11, 20).map((m) => add(m))];
  for (const { status } of await Promise.all(changes.map((body) => send(id, body)))) expect(status).toBe(204);
  expect(await memberIds(id)).toEqual(people(1, 20));
  expect((await portal.send('GET', `/Groups/${id}`)).body.displayName).toBe('Leaders');
});

it('two groups that want one name at once: one gets it', async () => {
  const [a, b] = [await makeGroup(portal, 'A'), await makeGroup(portal, 'B')];
  const replies = await Promise.all([a, b].map(({ id }) => send(id, rename('Same'))));
  expect(replies.map(({ status }) => status).sort()).toEqual([204, 409]);
  const made = await Promise.all(
    ['New', 'NEW', 'new'].map((displayName) => portal.send('POST', '/Groups', { displayName })),
  );
  expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});

it('a member who is deleted between reading and writing refuses the whole change', async () => {
  const { id } = await makeGroup(portal, 'Guides');
  let reads = 0;
  const DB = new Proxy(env.DB, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name !== 'batch' || typeof member !== 'function')
        return typeof member === 'function' ? member.bind(target) : member;
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        reads++;
        if (reads === 1) await expectStatus(204, portal.send('DELETE', userPath(person(2))));
        return results;
      };
    },
  });
  const body = add(person(1), person(2));
  const reply = await portal.send('PATCH', `/Groups/${id}`, body, { env: { DB } });
  expect(reply.status).toBe(400);
  expect(reply.body.detail).toContain(person(2));
  expect(await memberIds(id)).toEqual([]);
});

it('a group that is deleted between reading and writing is not found, and leaves no members behind', async () => {
  const { id } = await makeGroup(portal, 'Guides');
  const replies = await Promise.all([
    portal.send('DELETE', `/Groups/${id}`),
    ...people(1, 5).map((member) => send(id, add(member))),
    portal.send('POST', '/Groups', { displayName: 'Another' }),
  ]);
  for (const { status } of replies) expect([201, 204, 404]).toContain(status);
  await expectStatus(404, portal.send('GET', `/Groups/${id}`));
  expect(await one('SELECT count(*) AS n FROM group_members')).toEqual({ n: 0 });
});

describe('a model', () => {
  const ids = people(1, 6);
  const some = fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 4 });
  const step = fc.oneof(
    some.map((value) => ({ op: 'Add', path: 'members', value: membersOf(value), apply: union(value) })),
    some.map((value) => ({ op: 'Remove', path: 'members', value: membersOf(value), apply: without(value) })),
    some.map((value) => ({ op: 'replace', path: 'members', value, apply: () => new Set(value) })),
    fc.constantFrom(...ids).map((id) => ({ op: 'remove', path: `members[value eq "${id}"]`, apply: without([id]) })),
    fc.constant({ op: 'remove', path: 'members', apply: () => new Set<string>() }),
    some.map((value) => ({ op: 'add', value: { members: membersOf(value) }, apply: union(value) })),
  );
  type Step = { readonly apply: (members: ReadonlySet<string>) => ReadonlySet<string> };
  const request = fc.array(step, { minLength: 1, maxLength: 4 });
  const apply = (steps: readonly Step[], members: ReadonlySet<string>) =>
    steps.reduce((set, one) => one.apply(set), members);
  const bodyOf = (steps: readonly object[]) => patchOf(...steps.map((one) => ({ ...one, apply: undefined })));
  const sorted = (members: ReadonlySet<string>) => [...members].sort();

  it('agrees on any sequence of requests, also where two run at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.array(fc.tuple(request, fc.option(request)), { maxLength: 4 }),
        async (start, rounds) => {
          await env.DB.batch(['groups', 'group_members'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
          const { id } = await makeGroup(portal, 'Guides', start);
          let members: ReadonlySet<string> = new Set(start);
          for (const [first, second] of rounds) {
            const bodies = [first, ...(second === null ? [] : [second])].map(bodyOf);
            const replies = await Promise.all(bodies.map((body) => send(id, body)));
            for (const { status } of replies) expect(status).toBe(204);
            const after = await memberIds(id);
            const orders =
              second === null
                ? [apply(first, members)]
                : [apply(second, apply(first, members)), apply(first, apply(second, members))];
            expect(orders.map(sorted)).toContainEqual([...after].sort());
            members = new Set(after);
          }
          expect(await shownIds(portal, id)).toEqual(sorted(members));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

function union(ids: readonly string[]) {
  return (members: ReadonlySet<string>) => new Set([...members, ...ids]);
}

function without(ids: readonly string[]) {
  return (members: ReadonlySet<string>) => new Set([...members].filter((id) => !ids.includes(id)));
}
