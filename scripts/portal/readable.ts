// How the commands about destruction say sizes, dates and counts.

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const DAY_MS = 86_400_000;

/** Such as `4.1 MB`, in powers of a thousand. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Such as `2026-12-22 09:15`, UTC. */
export function minuteText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** Such as `2026-12-22 09:15 (30 days left)`. */
export function dueText(dueMs: number, nowMs: number): string {
  const days = Math.ceil((dueMs - nowMs) / DAY_MS);
  const left = dueMs <= nowMs ? 'due now' : days === 1 ? 'within a day' : `${days} days left`;
  return `${minuteText(dueMs)} (${left})`;
}

/** Such as `1 workspace` and `3 workspaces`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Such as `12 objects, 4.1 MB`, with `at least` where the count stopped early. */
export function amountText(amount: {
  readonly objects: number;
  readonly bytes: number;
  readonly atLeast?: boolean;
}): string {
  const text = `${counted(amount.objects, 'object')}, ${sizeText(amount.bytes)}`;
  return amount.atLeast ? `at least ${text}` : text;
}
