// How pages say sizes.

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Such as `4.1 MB`, in powers of a thousand. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
