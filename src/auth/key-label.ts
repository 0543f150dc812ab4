// What people call a key: one line, so that it can stand in tables, mails and sentences.
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';

export const LABEL_CHARACTERS = 60;

/** The label as it is stored: on one line, with single spaces. Fails with `invalid_value` where nothing is left, or too much. */
export function readLabel(text: string): Result<string> {
  const label = printable(text.normalize('NFC'), Number.POSITIVE_INFINITY);
  if (label === '') return fail('invalid_value', 'The key needs a label, such as the name of the identity provider.');
  if ([...label].length > LABEL_CHARACTERS) {
    return fail('invalid_value', `The label is longer than ${LABEL_CHARACTERS} characters.`);
  }
  return ok(label);
}
