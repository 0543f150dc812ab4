import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { commit } from '../../src/storage/commit.ts';
import { guard } from '../../src/storage/guard.ts';

const journal = (mutationId: string) =>
  env.DB.prepare(
    "INSERT INTO journal (mutation_id, type, subject, actor, attributes, at) VALUES (?, 'user.created', 's', 'a', '[]', 0)",
  ).bind(mutationId);

const rename = (name: string) => env.DB.prepare('UPDATE portal SET name = ?').bind(name);

const portalName = () => env.DB.prepare('SELECT name FROM portal').first('name');

it('writes all statements of a commit whose guards hold', async () => {
  const outcome = await commit(env.DB, {
    mutationId: 'm1',
    guards: [guard(env.DB, 'state', '1 = ?', 1)],
    statements: [rename('one'), journal('m1')],
  });
  expect(outcome).toMatchObject({ kind: 'committed', results: [{ meta: { changes: 1 } }, { meta: { changes: 1 } }] });
  expect(await portalName()).toBe('one');
});

it('writes nothing and names the guard that refused', async () => {
  await rename('before').run();
  const outcome = await commit(env.DB, {
    mutationId: 'm2',
    guards: [guard(env.DB, 'key', '1 = ?', 1), guard(env.DB, 'state', '1 = ?', 2)],
    statements: [rename('after'), journal('m2')],
  });
  expect(outcome).toEqual({ kind: 'lost', guard: 'state' });
  expect(await portalName()).toBe('before');
});

it('reports a unique index that refused as the guard `unique`', async () => {
  await commit(env.DB, { mutationId: 'm3', guards: [], statements: [journal('m3')] });
  const outcome = await commit(env.DB, { mutationId: 'm3', guards: [], statements: [rename('twice'), journal('m3')] });
  expect(outcome).toEqual({ kind: 'lost', guard: 'unique' });
});
