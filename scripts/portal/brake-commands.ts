// The commands about the brake: what they ask of src/directory/brake-*.ts, and what they say.
import cliProgress from 'cli-progress';
import { releaseHeld } from '../../src/directory/brake-release.ts';
import { type Restored, restoreHeld } from '../../src/directory/brake-restore.ts';
import { type BrakeStatus, brakeStatus, HELD_COUNTED, type Loss } from '../../src/directory/brake-status.ts';
import type { Progress, Whom } from '../../src/directory/brake-whom.ts';
import type { Withheld } from '../../src/directory/give-back-decision.ts';
import type { StaysHeld } from '../../src/directory/give-back-user.ts';
import { oneLine } from '../../src/printable.ts';
import { ScriptError } from '../platform.ts';
import { counted, minuteText, sizeText } from './readable.ts';
import { type Cell, print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

interface Choice extends Where {
  readonly all?: true;
  readonly yes?: true;
}

/** `brake show` */
export async function show(options: Where & { readonly count: string }): Promise<void> {
  const count = /^[1-9]\d{0,3}$/.test(options.count) ? Number(options.count) : undefined;
  if (count === undefined) throw new ScriptError('--count takes a number from 1 to 9999.');
  await withPortal(options, async (context) => tell(must(await brakeStatus(context, { count }))));
}

function tell(status: BrakeStatus): void {
  const { losses, heldUsers } = status;
  print(stateOf(status));
  if (heldUsers === 0) {
    print('Nothing is held.');
    return;
  }
  const bound = heldUsers === HELD_COUNTED ? 'at least ' : '';
  print(`Held of ${bound}${counted(heldUsers, 'user')}; each row says what would be destroyed:`);
  const head = ['user', 'since (UTC)', 'now', 'files', 'messages', 'size', 'workspaces', 'profile', 'admin'];
  printTable(losses.map(cellsOf), { head });
  if (losses.length < heldUsers) print(`And ${heldUsers - losses.length} more: --count ${heldUsers}.`);
  print('Give back: brake restore --all, or USER ...   Destroy: brake release --all --yes, or USER ... --yes');
}

function stateOf({ policy, engaged, lastHour, limit }: BrakeStatus): string {
  const rate = `${lastHour} deactivations by SCIM within the last hour, ${limit} may be.`;
  if (engaged) {
    const request = engaged.requestId === null ? '' : `, request ${engaged.requestId}`;
    const since = `The brake is ENGAGED since ${minuteText(engaged.atMs)} UTC, by the key ${engaged.actor ?? 'unknown'}${request}.`;
    return policy.state === 'on' ? `${since} ${rate}` : `${since} It is switched off: nothing more is held.`;
  }
  if (policy.state === 'on') return `The brake is on and not engaged. ${rate}`;
  return 'The policy of this portal has no brake (npm run portal -- policy set brake.state on).';
}

function cellsOf(loss: Loss): Cell[] {
  const now = loss.active ? 'active again' : loss.removed ? 'deleted' : 'inactive';
  const { userName, since, files, messages, bytes, workspaces } = loss;
  const yes = (flag: number) => (flag ? 'yes' : '');
  return [
    userName,
    minuteText(since),
    now,
    files,
    messages,
    sizeText(bytes),
    workspaces,
    yes(loss.profile),
    yes(loss.admin),
  ];
}

/** `brake restore [user...]` */
export async function restore(users: readonly string[], options: Choice): Promise<void> {
  const whom = whomOf(users, options);
  await withPortal(options, async (context) => {
    const report = must(await withBar('Giving back', (progress) => restoreHeld(context, whom, progress)));
    sayWhatStays(report);
    const { restored, left, failure, lifted } = report;
    print(`Gave back to ${counted(restored, 'user')} what was held.${ended(lifted)}`);
    if (left === 0) return;
    const why = failure ? ` ${oneLine(failure.detail)}` : '';
    throw new ScriptError(
      `Not given back yet: ${counted(left, 'user')}.${why} The same command again goes on with them.`,
    );
  });
}

function sayWhatStays({ skipped, partly }: Restored): void {
  for (const { userName, reason } of skipped) print(`${userName} stays held: ${REASONS[reason]}`);
  for (const { userName, withheld } of partly) {
    print(`${userName} does not get back ${withheld.map((what) => WITHHELD[what]).join('; nor ')}.`);
  }
}

const WITHHELD: Readonly<Record<Withheld, string>> = {
  role_decided: 'the role and the keys that ended with it, since it came back and its role was decided anew',
  role_forgotten:
    'the role and the keys that ended with it, since it came back and the journal no longer knows whether its role was decided anew',
  groups: 'the groups that it left, since the identity provider made it anew and decides over its groups',
};

const REASONS: Readonly<Record<StaysHeld['reason'], string>> = {
  user_name_taken: 'another account has this userName now. Remove or rename that one, and restore again.',
  managed_by_portal: 'the account is no longer managed by SCIM. Convert it to SAML, and restore again.',
  ended_since:
    'its access was ended again later, and that is not held. Activate it in the identity provider and restore again, or release it.',
};

/** `brake release [user...]` */
export async function release(users: readonly string[], options: Choice): Promise<void> {
  const whom = whomOf(users, options);
  if (!options.yes) {
    throw new ScriptError('What is held is destroyed then, for ever. Look at `brake show`, and say it with --yes.');
  }
  await withPortal(options, async (context) => {
    const { released, lifted } = must(await withBar('Releasing', (progress) => releaseHeld(context, whom, progress)));
    print(
      `What was held of ${counted(released, 'user')} is destroyed with the next run of the cron, workspaces 30 days after their owner left.${ended(lifted)}`,
    );
  });
}

function ended(lifted: boolean): string {
  return lifted ? ' The brake is lifted and counts from nothing.' : '';
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
