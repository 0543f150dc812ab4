// What addresses and forms carry, as values. What cannot be read is undefined.
import { printable } from '../../printable.ts';

const MOST_CHARACTERS = 100;

/** A whole number above zero, in digits. */
export function numberIn(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** What somebody typed; undefined for nothing. */
export function textIn(text: string | null): string | undefined {
  const line = printable(text ?? '', MOST_CHARACTERS);
  return line === '' ? undefined : line;
}
