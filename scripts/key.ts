// `npm run key`: makes, lists and revokes SCIM keys of a local or deployed portal, by the same code the Worker uses.
// The password is printed once, to stdout, and kept nowhere.
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { createScimKey, type ListedKey, listKeys, revokeKey } from '../src/auth/key-store.ts';
import { ensureServiceAdmin } from '../src/auth/service-admin.ts';
import { systemSources } from '../src/env.ts';
import type { Result } from '../src/failure.ts';
import { localBaseUrl } from './demo-file.ts';
import { openLocal, openRemote, type Platform, ScriptError } from './platform.ts';

interface Where {
  readonly remote?: true;
  readonly state: string;
}

const DAY_MS = 86_400_000;
const ACTOR = 'cli';

async function create(options: Where & { owner: string; label: string; expiresInDays?: number }): Promise<void> {
  await withPortal(options, async ({ env }) => {
    const owner = must(await ensureServiceAdmin(env, systemSources, options.owner, ACTOR));
    if (owner.created) console.log(`Made ${owner.userName}, an admin account that nobody signs in with.`);
    const end =
      options.expiresInDays === undefined
        ? {}
        : { expiresAtMs: Date.now() + Math.round(options.expiresInDays * DAY_MS) };
    const wanted = { ownerSeq: owner.ownerSeq, label: options.label, actor: ACTOR, ...end };
    const key = must(await createScimKey(env, systemSources, wanted));
    const baseUrl = options.remote ? `https://${env.PORTAL_HOSTNAME}/scim/v2` : localBaseUrl(options.state);
    const lines = [
      ['Key id', key.keyId],
      ['SCIM API Username', key.username],
      ['SCIM API Password', key.password],
      ['Okta: Base URL', baseUrl],
      ['Entra: Tenant URL', `${baseUrl}/entra`],
      ['Entra: Secret token', `${key.username}:${key.password}`],
      ['Expires', key.expiresAtMs === null ? 'never' : day(key.expiresAtMs)],
    ] as const;
    for (const [name, value] of lines) console.log(`${name.padEnd(20)} ${value}`);
    console.log('The password is shown only this once: it is stored nowhere and cannot be shown again.');
  });
}

async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ env }) => {
    const keys = await listKeys(env.DB, Date.now());
    console.log(keys.length === 0 ? 'No keys yet: npm run key -- create --owner you@example.com' : renderKeys(keys));
  });
}

function renderKeys(keys: readonly ListedKey[]): string {
  const table = new Table({
    head: ['id', 'username', 'label', 'created', 'expires', 'last used', 'state'],
    style: { head: [], border: [], compact: true },
  });
  for (const key of keys) {
    const expires = key.expiresAt === null ? 'never' : day(key.expiresAt);
    const lastUsed = key.lastUsedAt === null ? 'never' : day(key.lastUsedAt);
    table.push([key.id, key.username, key.label, day(key.createdAt), expires, lastUsed, key.state]);
  }
  return table.toString();
}

async function revoke(keyId: string, options: Where): Promise<void> {
  await withPortal(options, async ({ env }) => {
    const { changed } = must(await revokeKey(env, systemSources, { keyId, actor: ACTOR }));
    console.log(changed ? `Revoked ${keyId}: it changes nothing from now on.` : `${keyId} was revoked before.`);
  });
}

async function withPortal(where: Where, work: (platform: Platform) => Promise<void>): Promise<void> {
  const platform = where.remote ? await openRemote() : await openLocal(where.state);
  try {
    await work(platform);
  } finally {
    await platform.dispose();
  }
}

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ScriptError(result.failure.detail);
}

function day(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 3_650)) throw new InvalidArgumentError('It takes a number of days, at most 3650.');
  return days;
}

const program = new Command('key').description('SCIM keys of a portal.').showHelpAfterError();

/** Which portal: an option of every command. */
function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--remote', 'the deployed portal of [env.production] instead of the local one')
    .option('--state <dir>', 'state directory of the local portal', '.wrangler');
}

command('create', 'Make a key. The owner is made as a no-login service admin where nobody has that name.')
  .requiredOption('--owner <email>', 'the active admin who owns the key; also the SCIM API Username')
  .option('--label <text>', 'what the key is for', 'SCIM')
  .option('--expires-in-days <n>', 'how long it lives; for ever when left out', parseDays)
  .action(create);
command('list', 'Show all keys, without secrets.').action(list);
command('revoke', 'End a key at once.').argument('<id>', 'the id that `list` shows').action(revoke);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ScriptError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
