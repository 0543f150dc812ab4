// How long a key goes on working beside the one that takes its place.
import { fail, ok, type Result } from '../../failure.ts';

const HOUR_MS = 3_600_000;

const LENGTHS: Readonly<Record<string, number>> = { '1h': HOUR_MS, '1d': 24 * HOUR_MS, '7d': 168 * HOUR_MS };

export const OVERLAPS = [
  { value: '1h', text: 'One hour' },
  { value: '1d', text: 'One day' },
  { value: '7d', text: 'Seven days' },
] as const;

export const USUAL_OVERLAP = '1d';

/** The overlap that was chosen, in milliseconds. Fails with `invalid_value`. */
export function readOverlap(form: URLSearchParams): Result<number> {
  const sent = form.get('overlap') ?? '';
  const length = Object.hasOwn(LENGTHS, sent) ? LENGTHS[sent] : undefined;
  return length === undefined ? fail('invalid_value', 'Choose how long both keys work.') : ok(length);
}
