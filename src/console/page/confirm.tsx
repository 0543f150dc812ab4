// A typed confirmation: who is about to destroy something types a word that says what. The server compares it, so that it needs no
// script.
import { type Failure, fail } from '../../failure.ts';
import { fold } from '../../scim/fold.ts';
import { TextField } from './fields.tsx';

const FIELD = 'confirmation';
/** What is typed to delete what is overdue. */
export const DELETE_WORD = 'delete';

/** The field for the word that is to be typed. */
export function ConfirmField({ word, isWrong = false }: { readonly word: string; readonly isWrong?: boolean }) {
  return <TextField name={FIELD} label={`Type ${word} to confirm`} required isWrong={isWrong} />;
}

/** Why a form is not confirmed; undefined where the word was typed, in any case. */
export function unconfirmed(form: URLSearchParams, word: string): Failure | undefined {
  const typed = (form.get(FIELD) ?? '').trim();
  if (fold(typed) === fold(word)) return undefined;
  return fail('invalid_value', `Nothing was changed: type ${word} into the field to confirm.`).failure;
}
