// How a life ends in a test: first all work that is due gets done and everything is read back; then everybody leaves and time
// goes by, and what should be forgotten is.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { unsaidArchivings } from './journal-invariants.ts';
import { rowsIn } from './picture.ts';
import { play } from './play.ts';
import { readContents, readGroups, readPeople } from './reading.ts';
import type { World } from './world.ts';

const noFault = { key: 0, entra: false, ifMatch: 'none', fault: null } as const;

/** The cron comes after the last lease is over; then nothing is overdue, and everything is answered as acknowledged. */
export async function settle(world: World): Promise<void> {
  await play(world, { what: 'wait', minutes: 2, cron: 'skipped' });
  await play(world, { what: 'cron', fault: null });
  expect(overdue(world)).toEqual([]);
  expect(unsaidArchivings(world)).toEqual([]);
  await readPeople(world);
  await readGroups(world);
  await readContents(world);
}

function overdue({ picture, nowMs }: World): unknown[] {
  return rowsIn(picture, 'destructions').filter((row) => row['state'] === 'pending' && Number(row['due_at']) <= nowMs);
}

/** Under a policy that keeps nothing everybody is removed, and a month later only what an earlier policy kept is left. */
export async function everybodyLeaves(world: World): Promise<void> {
  const { model } = world;
  await env.DB.prepare("UPDATE users SET role = 'admin' WHERE login_type = 'password'").run();
  model.breakGlass.role = 'admin';
  for (const choice of [
    ['profile', 'remove'],
    ['content', 'destroy'],
    ['workspaces', 'archive'],
  ] as const) {
    await play(world, { what: 'choose', choice });
  }
  await releaseAll(world);
  while (model.visible().length > 0) {
    await play(world, { what: 'request', via: noFault, does: { what: 'DELETE', who: 1 } });
  }
  await releaseAll(world);
  expect(model.visible()).toEqual([]);
  await play(world, { what: 'wait', minutes: 31 * 24 * 60, cron: 'on time' });
  const waiting = rowsIn(world.picture, 'outbox').filter((mail) => mail['done_at'] === null);
  expect(waiting, 'mails that nobody got').toEqual([]);
  const kept = model.contents.filter(({ fate }) => fate !== 'gone');
  const leftOver = world.picture.objects.filter(({ name }) => !kept.some(({ id }) => name.endsWith(id)));
  expect(leftOver).toEqual([]);
  await settle(world);
}

async function releaseAll(world: World): Promise<void> {
  await play(world, { what: 'release', whom: -1 });
  await play(world, { what: 'let go' });
}
