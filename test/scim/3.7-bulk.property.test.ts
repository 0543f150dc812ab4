// A bulk request against what it stands for: the same operations as single requests, what is referred to first. Whatever the
// order in which the operations are sent, the directory must end the same.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, expectStatus, patchOf } from '../support/scim.ts';

interface Node {
  readonly kind: 'user' | 'group';
  /** Numbers of nodes before this one: the managers or members it names. */
  readonly refers: readonly number[];
  /** What happens to it in a second operation. */
  readonly second: 'nothing' | 'patch' | 'put' | 'delete';
}

interface Planned {
  readonly method: string;
  readonly path: string;
  readonly bulkId?: string;
  readonly data?: object;
}

const node = fc.record({
  kind: fc.constantFrom('user' as const, 'user' as const, 'group' as const),
  refers: fc.array(fc.nat(30), { maxLength: 4 }),
  second: fc.constantFrom('nothing' as const, 'nothing' as const, 'patch' as const, 'put' as const, 'delete' as const),
});

const plans = fc
  .array(node, { minLength: 1, maxLength: 14 })
  .map(earlierUsersOnly)
  .map(operationsOf)
  .chain((operations) =>
    fc.record({
      ordered: fc.constant(operations),
      sent: fc.shuffledSubarray(operations, { minLength: operations.length, maxLength: operations.length }),
    }),
  );

/** References reach users made before; what others refer to is not deleted, so that the order of the rest does not matter. */
function earlierUsersOnly(nodes: readonly Node[]): Node[] {
  const wired = nodes.map((one, i) => ({
    ...one,
    refers: [...new Set(one.refers.map((to) => to % (i + 1)))].filter((to) => to < i && nodes[to]?.kind === 'user'),
  }));
  const wanted = new Set(wired.flatMap(({ refers }) => refers));
  return wired.map((one, i) => (wanted.has(i) && one.second === 'delete' ? { ...one, second: 'nothing' } : one));
}

function operationsOf(nodes: readonly Node[]): Planned[] {
  const creates = nodes.map((one, i) => ({
    method: 'POST',
    path: one.kind === 'user' ? '/Users' : '/Groups',
    bulkId: `n${i}`,
    data: dataOf(one, i),
  }));
  return [...creates, ...nodes.flatMap(secondOf)];
}

function dataOf({ kind, refers }: Node, i: number): object {
  const values = refers.map((to) => ({ value: `bulkId:n${to}` }));
  if (kind === 'group') return { displayName: `group ${i}`, members: values };
  const [manager] = values;
  return { userName: `u${i}@acme.example`, ...(manager ? { [ENTERPRISE]: { manager } } : {}) };
}

function secondOf(one: Node, i: number): Planned[] {
  const path = `/${one.kind === 'user' ? 'Users' : 'Groups'}/bulkId:n${i}`;
  switch (one.second) {
    case 'nothing':
      return [];
    case 'delete':
      return [{ method: 'DELETE', path }];
    case 'put':
      return [{ method: 'PUT', path, data: { ...dataOf(one, i), externalId: `put ${i}` } }];
    case 'patch':
      return [{ method: 'PATCH', path, data: patchOf({ op: 'add', path: 'externalId', value: `patched ${i}` }) }];
  }
}

/** Users and groups as SCIM shows them, groups under their names, order put aside. */
async function directory({ send }: Portal): Promise<unknown> {
  const { body: users } = await expectStatus(200, send('GET', '/Users?count=200'));
  const { body: groups } = await expectStatus(200, send('GET', '/Groups?count=200'));
  const plain = (resource: Record<string, unknown>) => {
    const { id: _, meta, members, ...rest } = resource;
    const { location: __, ...times } = meta as Record<string, unknown>;
    const ids = ((members ?? []) as { value: string }[]).map(({ value }) => value).sort();
    return JSON.stringify({ ...rest, times, ids });
  };
  return { users: users.Resources.map(plain).sort(), groups: groups.Resources.map(plain).sort() };
}

/** One request after the other, ids put in for the references by hand. */
async function runSingly({ send }: Portal, operations: readonly Planned[]): Promise<void> {
  const ids = new Map<string, string>();
  const fill = (text: string, spell: (id: string) => string) =>
    text.replaceAll(/bulkId:(n\d+)/g, (_, bulkId: string) => spell(ids.get(bulkId) ?? 'missing'));
  for (const { method, path, bulkId, data } of operations) {
    const body = data && JSON.parse(fill(JSON.stringify(data), (id) => id));
    const reply = await send(method, fill(path, encodeURIComponent), body);
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    if (bulkId !== undefined) ids.set(bulkId, reply.body.id);
  }
}

it('a bulk request in any order leaves the directory that single requests in dependency order leave', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ ordered, sent }) => {
      const single = await freshPortal();
      await runSingly(single, ordered);
      const wanted = await directory(single);
      const portal = await freshPortal();
      const reply = await expectStatus(200, portal.send('POST', '/Bulk', { Operations: sent }));
      const failed = reply.body.Operations.filter(({ status }: { status: string }) => !status.startsWith('2'));
      expect(failed).toEqual([]);
      expect(reply.body.Operations.map(({ method }: Planned) => method)).toEqual(sent.map(({ method }) => method));
      expect(await directory(portal)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
}, 120_000);
