// All that the journal has ever said, and what a follower of the feed of events was told, kept beside the portal: what the portal
// forgets after thirty days is still known here.
import { env } from 'cloudflare:workers';
import { type PortalEvent, readEvents } from '../../../src/api/events.ts';
import { type Picture, type Row, rowsIn } from './picture.ts';

/** The rows of the journal since the beginning, and what was wrong with how they came and went. */
export class History {
  readonly rows: Row[] = [];
  readonly faults: string[] = [];
  /** Every mail that was ever owed, under the change that it tells of. */
  readonly mails = new Map<string, Row>();

  /** What a follower has read, who reads on after every command. */
  readonly events: PortalEvent[] = [];
  #next = 0;

  /** Reads on in the feed, a few rows at a time. */
  async follow(): Promise<void> {
    for (let more = true; more; ) {
      const page = await readEvents(env.DB, { after: this.#next, limit: 4 });
      if (!page.ok) throw new Error(page.failure.detail);
      if (page.value.gap) this.faults.push(`the feed has a gap after ${this.#next}`);
      this.events.push(...page.value.events);
      this.#next = page.value.next;
      more = page.value.more;
    }
  }

  /** Takes in what is new. A row never changes, a number is never given twice, and nothing younger than 30 days goes. */
  remember(picture: Picture, nowMs: number): void {
    const now = new Map(rowsIn(picture, 'journal').map((row) => [Number(row['seq']), row]));
    for (const old of this.rows) {
      const row = now.get(Number(old['seq']));
      if (row === undefined && nowMs - Number(old['at']) < 30 * 86_400_000) {
        this.faults.push(`journal row ${old['seq']} is gone before its 30 days`);
      }
      if (row !== undefined && JSON.stringify(row) !== JSON.stringify(old)) {
        this.faults.push(`journal row ${old['seq']} is another one now: ${JSON.stringify(row)}`);
      }
    }
    for (const row of rowsIn(picture, 'outbox')) this.mails.set(`${row['mutation_id']} ${row['kind']}`, row);
    const last = Number(this.rows.at(-1)?.['seq'] ?? 0);
    const added = [...now.values()].filter((row) => Number(row['seq']) > last);
    this.rows.push(...added.sort((a, b) => Number(a['seq']) - Number(b['seq'])));
  }
}
