// The commands about the brake: what they ask of src/directory/brake-*.ts, and what they say.
import cliProgress from 'cli-progress';
import Table from 'cli-table3';
import { releaseHeld } from '../../src/directory/brake-release.ts';
import { restoreHeld, type StaysHeld } from '../../src/directory/brake-restore.ts';
import { type BrakeStatus, brakeStatus } from '../../src/directory/brake-status.ts';
import type { Progress, Whom } from '../../src/directory/brake-whom.ts';
import type { Loss } from '../../src/lifecycle/held-losses.ts';
import { ScriptError } from '../platform.ts';
import { must, type Where, withPortal } from './with-portal.ts';

interface Choice extends Where {
  readonly all?: true;
  readonly yes?: true;
}

/** `brake show` */
export async function show(options: Where & { readonly count: string }): Promise<void> {
  const count = /^[1-9]\d{0,3}$/.test(options.count) ? Number(options.count) : undefined;
  if (count === undefined) throw new ScriptError('--count takes a number from 1 to 9999.');
  await withPortal(options, async (context) => console.log(describe(must(await brakeStatus(context, { count })))));
}

function describe(status: BrakeStatus): string {
  const { losses, heldUsers } = status;
  const lines = [stateOf(status)];
  if (heldUsers === 0) return [...lines, 'Nothing is held.'].join('\n');
  const head = ['user', 'since', 'now', 'files', 'messages', 'bytes', 'workspaces', 'profile', 'admin'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const loss of losses) table.push(rowOf(loss));
  lines.push(`Held of ${countOf(heldUsers)}; each row says what would be destroyed:`, table.toString());
  if (losses.length < heldUsers) lines.push(`And ${heldUsers - losses.length} more: --count ${heldUsers}.`);
  lines.push('Give back: brake restore --all, or USER ...   Destroy: brake release --all --yes, or USER ... --yes');
  return lines.join('\n');
}

function stateOf({ policy, engaged, lastHour, limit }: BrakeStatus): string {
  const counted = `${lastHour} deactivations by SCIM within the last hour, ${limit} may be.`;
  if (engaged) {
    const request = engaged.requestId === null ? '' : `, request ${engaged.requestId}`;
    const since = `The brake is ENGAGED since ${when(engaged.atMs)}, by the key ${engaged.actor ?? 'unknown'}${request}.`;
    return policy.state === 'on' ? `${since} ${counted}` : `${since} It is switched off: nothing more is held.`;
  }
  if (policy.state === 'on') return `The brake is on and not engaged. ${counted}`;
  return 'The policy of this portal has no brake (npm run portal -- policy set brake.state on).';
}

function rowOf(loss: Loss): (string | number)[] {
  const now = loss.active ? 'active again' : loss.removed ? 'deleted' : 'inactive';
  const { userName, since, files, messages, bytes, workspaces } = loss;
  const yes = (flag: number) => (flag ? 'yes' : '');
  return [userName, when(since), now, files, messages, bytes, workspaces, yes(loss.profile), yes(loss.admin)];
}

function when(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}

/** `brake restore [user...]` */
export async function restore(users: readonly string[], options: Choice): Promise<void> {
  const whom = whomOf(users, options);
  await withPortal(options, async (context) => {
    const { restored, skipped, lifted } = must(
      await withBar('Giving back', (progress) => restoreHeld(context, whom, progress)),
    );
    for (const one of skipped) console.log(`${one.userName} stays held: ${REASONS[one.reason]}`);
    console.log(`Gave everything back to ${countOf(restored)}.${ended(lifted)}`);
  });
}

const REASONS: Readonly<Record<StaysHeld['reason'], string>> = {
  user_name_taken: 'another account has this userName now. Remove or rename that one, and restore again.',
  managed_by_portal: 'the account is no longer managed by SCIM. Convert it to SAML, and restore again.',
};

/** `brake release [user...]` */
export async function release(users: readonly string[], options: Choice): Promise<void> {
  const whom = whomOf(users, options);
  if (!options.yes) {
    throw new ScriptError('What is held is destroyed then, for ever. Look at `brake show`, and say it with --yes.');
  }
  await withPortal(options, async (context) => {
    const { released, lifted } = must(await withBar('Releasing', (progress) => releaseHeld(context, whom, progress)));
    console.log(
      `What was held of ${countOf(released)} is destroyed with the next run of the cron, workspaces 30 days after their owner left.${ended(lifted)}`,
    );
  });
}

function ended(lifted: boolean): string {
  return lifted ? ' The brake is lifted and counts from nothing.' : '';
}

function countOf(users: number): string {
  return users === 1 ? 'one user' : `${users} users`;
}

function whomOf(users: readonly string[], { all }: Choice): Whom {
  if (all === true && users.length === 0) return { all };
  if (all === undefined && users.length > 0) return { users };
  throw new ScriptError('Say of whom: --all, or users by userName or id.');
}

/** A bar on a terminal while many are worked, nothing elsewhere. */
async function withBar<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => {});
  const format = `${title} [{bar}] {value}/{total} {eta_formatted}`;
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const update: Progress = (finished, total) => {
    if (!bar.isActive) bar.start(total, finished);
    bar.setTotal(total);
    bar.update(finished);
  };
  try {
    return await work(update);
  } finally {
    bar.stop();
  }
}
