// How long a mail waits for its next try: a minute at first, a day at last.

const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** The waits between tries, in milliseconds: after the first, after the second, and so on. */
export const BACK_OFF_MS: readonly number[] = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  4 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
];

/** A mail that fails this often is dead. */
export const TRIES = BACK_OFF_MS.length + 1;

const CASES = BACK_OFF_MS.map((waitMs, tries) => `WHEN ${tries} THEN ${waitMs}`).join(' ');

/** SQL of the wait behind the try that begins, from the column `attempts` before it. The last one waits only where its sender
 * dies, and is then tried once more. */
export const WAIT_SQL = `CASE attempts ${CASES} ELSE ${24 * HOUR_MS} END`;
