// Who still waits for a mail, and where it goes: the address is looked up when the mail goes out, so it is the one of that day.
import { isObject } from '../scim/json.ts';

/** An account that has not got the mail yet. */
export interface Recipient {
  readonly seq: number;
  readonly userName: string;
  /** JSON: the stored `emails`, if there are any. */
  readonly emails: string | null;
}

/** The rows of type `Recipient` of one outbox row. */
export function selectRecipients(db: D1Database, seq: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT u.seq, u.user_name AS userName, u.attributes -> '$.emails' AS emails
       FROM outbox AS o, json_each(o.recipients) AS r CROSS JOIN users AS u ON u.seq = r.value WHERE o.seq = ?`,
    )
    .bind(seq);
}

/** The primary address, else the first, else the userName where it is one; undefined for nobody who can be reached. */
export function addressOf({ userName, emails }: Recipient): string | undefined {
  const stored: unknown = emails === null ? [] : JSON.parse(emails);
  const all = (Array.isArray(stored) ? stored : []).filter(isObject);
  const inOrder = [...all.filter(({ primary }) => primary === true), ...all].map(({ value }) => value);
  return [...inOrder, userName].find(isAddress);
}

/** Good enough to hand to a mail server: one at sign, nothing that a header or a list of addresses is made of. */
function isAddress(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 254 &&
    /^[^\s\p{C}@<>"(),:;\\[\]]+@[^\s\p{C}@<>"(),:;\\[\]]+$/u.test(value)
  );
}
