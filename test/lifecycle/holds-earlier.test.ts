// What an earlier policy kept of somebody, and only a later end condemned, is under the hold of that end: no other end takes it.
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { holdDestructions, releaseDestructions } from '../../src/lifecycle/holds.ts';
import {
  addContent,
  addUser,
  cleanPortal,
  comeBack,
  deactivateUser,
  objectKeys,
  putObjects,
  rowsOf,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

const registrations = async () =>
  (await rowsOf<{ registration: number }>('SELECT registration FROM files ORDER BY 1')).map((row) => row.registration);

it('a hold keeps all that its row condemned, of earlier registrations too, until it is released', async () => {
  await cleanPortal();
  const sources = new TestSources();
  const context = { db: env.DB, sources, actor: 'cli' };
  const cron = () => workDestructions(env, sources, { deadlineMs: sources.now + 20_000 });
  await addUser(1);
  await env.DB.prepare('UPDATE users SET registration = 2').run();
  for (const registration of [1, 2]) await addContent({ table: 'files', ownerSeq: 1, registration, count: 1 });
  await putObjects(['user/1/1/file/orphan']);
  await deactivateUser(sources, 1);
  unwrap(await holdDestructions(context, 'all'));
  await comeBack(1);
  await addContent({ table: 'files', ownerSeq: 1, registration: 3, count: 1 });
  await deactivateUser(sources, 1);
  expect(await cron()).toMatchObject({ done: 1, objects: 1 });
  expect(await registrations()).toEqual([1, 2]);
  expect(await objectKeys()).toHaveLength(3);
  unwrap(await releaseDestructions(context, 'all'));
  expect(await cron()).toMatchObject({ done: 1, objects: 2 });
  expect(await objectKeys()).toEqual([]);
});
