// Times in the reader's words, with the exact time on hover.
import { readableTime } from '../../printable.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** What was set to end in a day is still said to end in one while it is looked at. */
const SLACK_MS = 120_000;
const SLACK_FROM_MS = 1_800_000;

/** Such as `3 hours ago`, `in 2 days`, `just now`. Both in UTC milliseconds. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distance = atMs - nowMs > SLACK_FROM_MS ? atMs - nowMs + SLACK_MS : Math.abs(atMs - nowMs);
  const [unit, length] = UNITS.find(([, ms]) => distance >= ms) ?? [undefined, 1];
  if (unit === undefined) return atMs <= nowMs ? 'just now' : 'within a minute';
  const count = Math.floor(distance / length);
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return atMs <= nowMs ? `${words} ago` : `in ${words}`;
}

/** A time as an element. */
export function Time({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <time datetime={new Date(at).toISOString()} title={readableTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
