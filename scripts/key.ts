// `npm run key`: makes, lists, rotates and revokes SCIM keys of a local or deployed portal, by the same code the Worker uses.
// The password is printed once, to stdout, and kept nowhere.
import { Command, InvalidArgumentError, Option } from 'commander';
import { rotateKey } from '../src/auth/key-rotation.ts';
import { type CreatedScimKey, createScimKey, type ListedKey, listKeys, revokeKey } from '../src/auth/key-store.ts';
import { ensureServiceAdmin } from '../src/auth/service-admin.ts';
import type { Env, Sources } from '../src/env.ts';
import { localBaseUrl } from './demo-file.ts';
import { minuteText } from './portal/readable.ts';
import { print, printTable, sayingFailures } from './portal/terminal.ts';
import { must, type Where, withPortal } from './portal/with-portal.ts';

const DAY_MS = 86_400_000;

async function create(options: Where & { owner: string; label: string; expiresInDays?: number }): Promise<void> {
  await withPortal(options, async ({ sources, actor }, env) => {
    const owner = must(await ensureServiceAdmin(env, sources, options.owner, actor));
    if (owner.created) print(`Made ${owner.userName}, an admin account that nobody signs in with.`);
    const expiresAtMs = endOf(options.expiresInDays, sources);
    const end = expiresAtMs === undefined ? {} : { expiresAtMs };
    const wanted = { ownerSeq: owner.ownerSeq, label: options.label, actor, ...end };
    printKey(must(await createScimKey(env, sources, wanted)), options, env);
  });
}

async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ db, sources }) => {
    const keys = await listKeys(db, sources.nowMs());
    if (keys.length === 0) return print('No keys yet: npm run key -- create --owner you@example.com');
    const head = ['id', 'kind', 'username', 'label', 'created', 'expires', 'last used', 'state'];
    printTable(keys.map(cellsOf), { head });
  });
}

function cellsOf({ id, purpose, username, label, createdAt, expiresAt, lastUsedAt, state }: ListedKey): string[] {
  const kind = purpose === 'oauth' ? 'OAuth client' : 'SCIM key';
  return [id, kind, username, label, timeOrNever(createdAt), timeOrNever(expiresAt), timeOrNever(lastUsedAt), state];
}

async function rotate(keyId: string, options: Where & { overlap: number; expiresInDays?: number }): Promise<void> {
  await withPortal(options, async ({ sources, actor }, env) => {
    const expiresAtMs = endOf(options.expiresInDays, sources) ?? null;
    const rotation = { keyId, overlapMs: options.overlap, expiresAtMs, actor };
    const { key, oldEndsAtMs } = must(await rotateKey(env, sources, rotation));
    printKey(key, options, env);
    print(
      `${keyId} works until ${timeOrNever(oldEndsAtMs)}: enter the new password in the identity provider before that.`,
    );
  });
}

function endOf(days: number | undefined, sources: Sources): number | undefined {
  return days === undefined ? undefined : sources.nowMs() + Math.round(days * DAY_MS);
}

function printKey(key: CreatedScimKey, options: Where, env: Pick<Env, 'PORTAL_HOSTNAME'>): void {
  const baseUrl = options.remote ? `https://${env.PORTAL_HOSTNAME}/scim/v2` : localBaseUrl(options.state);
  const lines = [
    ['Key id', key.keyId],
    ['SCIM API Username', key.username],
    ['SCIM API Password', key.password],
    ['Okta: Base URL', baseUrl],
    ['Entra: Tenant URL', `${baseUrl}/entra`],
    ['Entra: Secret token', `${key.username}:${key.password}`],
    ['Expires', timeOrNever(key.expiresAtMs)],
  ] as const;
  for (const [name, value] of lines) print(`${name.padEnd(20)} ${value}`);
  print('The password is shown only this once: it is stored nowhere and cannot be shown again.');
}

async function revoke(keyId: string, options: Where): Promise<void> {
  await withPortal(options, async ({ sources, actor }, env) => {
    const { changed } = must(await revokeKey(env, sources, { keyId, actor }));
    print(changed ? `Revoked ${keyId}: it changes nothing from now on.` : `${keyId} was revoked before.`);
  });
}

function timeOrNever(ms: number | null): string {
  return ms === null ? 'never' : `${minuteText(ms)} UTC`;
}

function overlapOption(): Option {
  const option = new Option('--overlap <time>', 'how long both work: 30m, 12h, 7d');
  return option.argParser(parseOverlap).default(DAY_MS, '1d');
}

const OVERLAP_UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

function parseOverlap(text: string): number {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const overlapMs = Number(count) * (OVERLAP_UNITS[unit] ?? 0);
  if (!(overlapMs > 0 && overlapMs <= 30 * DAY_MS))
    throw new InvalidArgumentError('It takes 30m, 12h or 7d, at most 30d.');
  return overlapMs;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 3_650)) throw new InvalidArgumentError('It takes a number of days, at most 3650.');
  return days;
}

const program = new Command('key').description('SCIM keys and OAuth clients of a portal.').showHelpAfterError();

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
command('list', 'Show all keys and OAuth clients, without secrets.').action(list);
command('rotate', 'Make the key that takes the place of another, which works on until the overlap ends.')
  .argument('<id>', 'the id that `list` shows')
  .addOption(overlapOption())
  .option('--expires-in-days <n>', 'how long the new key lives; for ever when left out', parseDays)
  .action(rotate);
command('revoke', 'End a key or an OAuth client at once.').argument('<id>', 'the id that `list` shows').action(revoke);

await sayingFailures(() => program.parseAsync());
