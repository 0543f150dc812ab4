// One command, done to the portal and to the model: by HTTP where an identity provider would, by the functions of the vendor's
// side and of the command line where those would.
import { expect } from 'vitest';
import { createScimKey, revokeKey } from '../../../src/auth/key-store.ts';
import { setChoice, setFeature } from '../../../src/directory/portal-settings.ts';
import type { Result } from '../../../src/failure.ts';
import type { Choices } from './choices.ts';
import type { Command } from './commands.ts';
import { personAt } from './person-requests.ts';
import { playGiveBack } from './play-give-back.ts';
import { playHold, playLetGo } from './play-holds.ts';
import { playBulk, playMalformed, playRequest } from './play-http.ts';
import { playMove } from './play-moves.ts';
import { playUpload, playWorkspace } from './play-uploads.ts';
import type { Model } from './state.ts';
import type { World } from './world.ts';

type Play<What extends Command['what']> = (world: World, command: Extract<Command, { what: What }>) => Promise<void>;

const PLAYS: { readonly [What in Command['what']]: Play<What> } = {
  request: playRequest,
  bulk: playBulk,
  malformed: playMalformed,
  upload: playUpload,
  'make workspace': playWorkspace,
  'make key': playKey,
  'revoke key': playRevocation,
  choose: (world, { choice: [name, value] }) =>
    changeSettings(world, () => setChoice(settings(world), `deactivation.${name}`, value), { [name]: value }),
  'admin sync': (world, { on }) =>
    changeSettings(world, () => setFeature(settings(world), 'adminSync', on), { adminSync: on }),
  restore: playMove,
  transfer: playMove,
  'give back': playGiveBack,
  'let go': playLetGo,
  hold: playHold,
  release: playHold,
  wait: playWait,
  cron: (world, { fault }) => world.cron(fault),
};

/** Plays one command, and holds that everything which is stored is as it should be then. */
export async function play(world: World, command: Command): Promise<void> {
  await (PLAYS[command.what] as Play<Command['what']>)(world, command as never);
  world.learn();
  expect(world.wrong(), JSON.stringify(command)).toEqual([]);
}

async function playKey(world: World, { owner: n, days }: Extract<Command, { what: 'make key' }>): Promise<void> {
  const { model, portal } = world;
  const owner = personAt(model, n) ?? model.service;
  const expiresMs = days === 0 ? Number.POSITIVE_INFINITY : world.nowMs + days * 86_400_000;
  const expires = days === 0 ? {} : { expiresAtMs: expiresMs };
  const wanted = { ownerSeq: owner.seq, label: 'another', actor: 'cli', ...expires };
  const made = await createScimKey(portal.env, portal.sources, wanted);
  await world.look();
  expect(made.ok).toBe(owner.active && !owner.removed && owner.role === 'admin');
  if (!made.ok) return;
  const { keyId, username, password } = made.value;
  model.keys.push({ keyId, username, password, owner, expiresMs, revoked: false });
  model.note('key.created', { id: keyId });
}

/** The first key stays, so that there is something to send with. */
async function playRevocation(world: World, { key: n }: Extract<Command, { what: 'revoke key' }>): Promise<void> {
  const { model, portal } = world;
  const key = model.keys.slice(1)[n % Math.max(1, model.keys.length - 1)];
  if (key === undefined) return;
  const revoked = await revokeKey(portal.env, portal.sources, { keyId: key.keyId, actor: 'cli' });
  await world.look();
  const holding = model.heldAccounts.filter(({ fate, keys }) => fate === 'held' && keys.includes(key));
  const changes = !key.revoked || holding.length > 0;
  expect(revoked).toEqual({ ok: true, value: { changed: changes } });
  for (const account of holding) account.keys = account.keys.filter((one) => one !== key);
  if (changes) model.note('key.revoked', { id: key.keyId });
  key.revoked = true;
}

function settings({ portal }: World) {
  return { db: portal.env.DB, sources: portal.sources, actor: 'cli' };
}

async function changeSettings(
  world: World,
  change: () => Promise<Result<unknown>>,
  choices: Partial<Model['choices']>,
): Promise<void> {
  const { model } = world;
  const changed = await change();
  await world.look();
  expect(changed.ok).toBe(!(choices.adminSync && model.choices.adminBy === 'user_type'));
  if (!changed.ok) return;
  const changes = Object.entries(choices).some(([name, value]) => model.own[name as keyof Choices] !== value);
  Object.assign(model.choices, choices);
  Object.assign(model.own, choices);
  if (changes) model.note('portal.changed', { id: 'portal' });
}

/** Time goes by. A cron that comes on time comes each minute; the runs that find nothing due are left out. */
async function playWait(world: World, { minutes, cron }: Extract<Command, { what: 'wait' }>): Promise<void> {
  const endMs = world.nowMs + minutes * 60_000;
  if (cron === 'on time') {
    const dues = world.model.workspaces.filter(({ state }) => state === 'archived').map(({ dueMs }) => dueMs);
    for (const dueMs of [...new Set(dues)].sort((a, b) => a - b).filter((due) => due > world.nowMs && due <= endMs)) {
      world.nowMs = dueMs - 1;
      await world.cron();
      expect(world.wrong(), 'a millisecond before something is due').toEqual([]);
      world.nowMs = Math.min(endMs, dueMs + 59_000);
      await world.cron();
      expect(world.wrong(), 'a minute after something is due').toEqual([]);
    }
  }
  world.nowMs = endMs;
  if (cron === 'on time') await world.cron();
}
