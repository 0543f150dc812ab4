import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createScimKey } from '../../src/auth/key-store.ts';
import { ensureServiceAdmin } from '../../src/auth/service-admin.ts';
import { at, NOW_MS, owner } from './world.ts';

const ensure = (email: string) => ensureServiceAdmin(env, at(NOW_MS), email, 'cli');

it('makes a no-login admin that can own a key at once, and leaves the counters alone', async () => {
  const made = await ensure(' Scim@Acme.Example ');
  if (!made.ok) throw new Error(made.failure.detail);
  expect(made.value).toEqual({ ownerSeq: expect.any(Number), userName: 'Scim@Acme.Example', created: true });
  expect(await env.DB.prepare('SELECT * FROM users WHERE seq = ?').bind(made.value.ownerSeq).first()).toMatchObject({
    id: 'scim@acme.example',
    user_name: 'Scim@Acme.Example',
    user_name_key: 'scim@acme.example',
    login_type: 'service',
    role: 'admin',
    active: 1,
  });
  expect(await env.DB.prepare('SELECT user_count, active_count FROM portal').first()).toEqual({
    user_count: 0,
    active_count: 0,
  });
  const journal = env.DB.prepare("SELECT type, actor FROM journal WHERE subject = 'scim@acme.example'");
  expect(await journal.first()).toEqual({ type: 'user.created', actor: 'cli' });
  const key = await createScimKey(env, at(NOW_MS), { ownerSeq: made.value.ownerSeq, label: '', actor: 'cli' });
  expect(key.ok).toBe(true);
});

it('takes the active admin who has the name already, in any case', async () => {
  const { ownerSeq, userName } = await owner();
  expect(await ensure(userName.toUpperCase())).toEqual({ ok: true, value: { ownerSeq, userName, created: false } });
});

it('makes one account out of ten requests side by side', async () => {
  const made = await Promise.all(Array.from({ length: 10 }, () => ensure('many@acme.example')));
  expect(made.filter((outcome) => outcome.ok && outcome.value.created)).toHaveLength(1);
  expect(new Set(made.map((outcome) => outcome.ok && outcome.value.ownerSeq)).size).toBe(1);
});

it.each([
  ['a plain user', { role: 'user' }, /is not an admin/],
  ['a deactivated admin', { active: 0 }, /is deactivated/],
  ['a removed user', { removedAt: 1 }, /removed user/],
])('refuses the name of %s', async (_name, columns, says) => {
  const { userName } = await owner(columns);
  const detail = expect.stringMatching(says);
  expect(await ensure(userName)).toMatchObject({ ok: false, failure: { code: 'invalid_value', detail } });
});

it.each(['', 'nobody', 'a:b@acme.example', 'a b@acme.example', 'jörg@acme.example', '.', '..'])(
  'refuses %j as an owner',
  async (email) => {
    expect(await ensure(email)).toMatchObject({ ok: false, failure: { code: 'invalid_value' } });
  },
);
