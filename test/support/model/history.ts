// All that the journal has ever said, kept beside the portal: what the portal forgets after thirty days is still known here.
import { type Picture, type Row, rowsIn } from './picture.ts';

/** The rows of the journal since the beginning, and what was wrong with how they came and went. */
export class History {
  readonly rows: Row[] = [];
  readonly faults: string[] = [];
  /** Every mail that was ever owed, under the change that it tells of. */
  readonly mails = new Map<string, Row>();

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
