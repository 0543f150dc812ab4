// The command about the feed of events: what it asks of src/api/events.ts, and how it shows it.
import { styleText } from 'node:util';
import { InvalidArgumentError } from 'commander';
import { type PortalEvent, readEvents } from '../../src/api/events.ts';
import { printable } from '../../src/printable.ts';
import { follow } from './following.ts';
import { localTime } from './log-lines.ts';
import { print, printJson } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

interface EventOptions extends Where {
  readonly after: number;
  readonly limit: number;
  readonly json?: true;
  readonly follow?: true;
}

const PAGE_ROWS = 1_000;

/** `events` */
export async function list(options: EventOptions): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const place = { after: options.after };
    const shown = await printFrom(db, place, options);
    if (options.follow) await follow(async () => void (await printFrom(db, place, options)));
    else if (!options.json) print(`${shown === 0 ? 'No events. ' : ''}Go on with --after ${place.after}`);
  });
}

/** Prints what there is behind a place, at most as many events as the limit says unless it follows, and moves the place. */
async function printFrom(db: D1Database, place: { after: number }, options: EventOptions): Promise<number> {
  let shown = 0;
  for (let more = true; more && (options.follow === true || shown < options.limit); ) {
    const limit = options.follow ? PAGE_ROWS : Math.min(PAGE_ROWS, options.limit - shown);
    const page = must(await readEvents(db, { after: place.after, limit }));
    if (page.gap) console.error(gapText(place.after));
    for (const event of page.events) {
      if (options.json) printJson(event);
      else console.log(line(event));
    }
    shown += page.events.length;
    place.after = page.next;
    more = page.more;
  }
  return shown;
}

function gapText(after: number): string {
  return `Events behind ${after} are missing: the portal keeps 30 days. Read the users and groups anew.`;
}

function line({ seq, type, subject, actor, at, attributes, rule }: PortalEvent): string {
  const more = [attributes.map((name) => printable(name, 60)).join(','), rule ?? ''].filter((part) => part !== '');
  const cells = [
    String(seq).padStart(7),
    styleText('dim', localTime(Date.parse(at))),
    styleText('green', type.padEnd(22)),
    printable(subject),
    styleText('dim', [`by ${printable(actor)}`, ...more].join('  ')),
  ];
  return cells.join('  ');
}

/** The number of an event. */
export function parseSeq(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It takes the number of an event, or 0.');
  return Number(text);
}
