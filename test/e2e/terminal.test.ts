// The commands at a portal whose names an attacker chose: nothing that they print is obeyed by a terminal.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openLocal } from '../../scripts/platform.ts';
import * as brake from '../../scripts/portal/brake-commands.ts';
import * as destructions from '../../scripts/portal/destruction-commands.ts';
import * as logs from '../../scripts/portal/log-commands.ts';
import * as settings from '../../scripts/portal/settings-commands.ts';
import * as teams from '../../scripts/portal/team-commands.ts';
import * as workspaces from '../../scripts/portal/workspace-commands.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { ensureServiceAdmin } from '../../src/auth/service-admin.ts';
import { systemSources } from '../../src/env.ts';
import { runCommand } from './command.ts';

const HOSTILE = 'jane\u001b[31m\u001b]0;x\u0007\u009b2J\rroot\nof\u2028all\u202e';
const CLEAN = 'jane [31m ]0;x 2J root of all';
/** What a terminal would obey. */
const OBEYED = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

const state = mkdtempSync(join(tmpdir(), 'portcullis-names-'));
let printed = '';

beforeAll(async () => {
  const { env, dispose } = await openLocal(state);
  const made = await ensureServiceAdmin(env, systemSources, 'owner@acme.example', 'cli');
  if (!made.ok) throw new Error(made.failure.detail);
  const { ownerSeq } = made.value;
  const key = await createScimKey(env, systemSources, { ownerSeq, label: HOSTILE, actor: 'cli' });
  const workspace = await createWorkspace(env, systemSources, { ownerSeq, name: HOSTILE });
  if (!key.ok || !workspace.ok) throw new Error('the portal could not be made');
  await env.DB.batch([
    env.DB.prepare('UPDATE users SET user_name = ? WHERE seq = ?').bind(HOSTILE, ownerSeq),
    env.DB.prepare('UPDATE api_keys SET username = ?').bind(HOSTILE),
    env.DB.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES ('t', ?1, ?1, 0)").bind(HOSTILE),
    env.DB.prepare('UPDATE users SET team_seq = (SELECT seq FROM teams) WHERE seq = ?').bind(ownerSeq),
    env.DB.prepare('UPDATE portal SET name = ?').bind(HOSTILE),
    env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, state, held_by, due_at, created_at, account)
       VALUES ('user_content', ?1, 1, 'cause', ?2, 'held', 'admin', 1, 1, NULL),
         ('account', ?1, 1, 'cause', ?2, 'held', NULL, 1, 1, '{"role":"admin"}')`,
    ).bind(ownerSeq, key.value.keyId),
  ]);
  await dispose();
});

afterAll(() => rmSync(state, { recursive: true, force: true }));

beforeEach(() => {
  printed = '';
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed += `${line}\n`;
  });
  return () => vi.restoreAllMocks();
});

it.each([
  ['show', () => settings.show({ state })],
  ['team list', () => teams.list({ state })],
  ['team members', () => teams.members(HOSTILE, { state, limit: 10 })],
  ['workspaces list', () => workspaces.list({ state })],
  ['destructions list --held', () => destructions.list({ state, held: true })],
  ['brake show', () => brake.show({ state, count: '50' })],
  ['log --json', () => logs.list({ state, limit: 20, json: true })],
])('%s', async (_, run) => {
  await run();
  expect(printed).toMatch(/jane|"subject"/);
  expect(printed).not.toMatch(OBEYED);
});

it('log, in the colours of its own', async () => {
  await logs.list({ state, limit: 20 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that a person sees.
  expect(printed.replace(/\u001b\[\d+m/g, '')).not.toMatch(OBEYED);
});

it('a refusal quotes a name on its own line', async () => {
  const refused = destructions.release([], { state, all: true });
  await expect(refused).rejects.toThrow(`files and messages of ${CLEAN}`);
  await expect(refused).rejects.not.toThrow(OBEYED);
});

it('what an admin did for a service account is told with both names, in the log and in a receipt', async () => {
  const actor = 'admin@acme.example as owner@acme.example';
  const { env, dispose } = await openLocal(state);
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at) VALUES ('two', 'key.created', 'k', ?, '[]', 1)`,
    ).bind(actor),
    env.DB.prepare(
      `INSERT INTO destructions (seq, kind, user_seq, registration, cause, actor, state, due_at, created_at, done_at)
       VALUES (99, 'user_content', (SELECT max(seq) FROM users), 1, 'two', ?, 'done', 1, 1, 1)`,
    ).bind(actor),
  ]);
  await dispose();
  await destructions.receipt('99', { state });
  expect(printed.replaceAll(/\s+/g, ' ')).toContain(`admin@acme.example acting for ${CLEAN}`);
  expect(printed).not.toMatch(OBEYED);
  printed = '';
  await logs.list({ state, limit: 1, json: true });
  expect(printed).toContain(`"sentence":"admin@acme.example acting for ${CLEAN} made the key k.`);
});

it('key list', async () => {
  const { code, output } = await runCommand('node', 'scripts/key.ts', 'list', '--state', state);
  expect([code, output.includes(CLEAN)]).toEqual([0, true]);
  expect(output).not.toMatch(OBEYED);
});
