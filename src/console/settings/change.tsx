// The two forms of the settings. Each carries the version of the settings that it was shown with, so that two admins cannot undo each
// other unseen.
import { CHOICE_TABLE, type ChoiceName } from '../../directory/choices.ts';
import { renamePortal, setBrake } from '../../directory/portal-settings.ts';
import { type Failure, fail, kindOf } from '../../failure.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { failureNote } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import type { BrakeField, BrakeTyped } from './brake-form.tsx';
import { CHOICE_TEXTS } from './choice-texts.ts';
import { type Again, selectSettingsPage, settingsPage } from './settings.tsx';

/** POST: gives the portal another name. */
export async function postName(form: Posted): Promise<Answer> {
  const name = form.form.get('name') ?? '';
  const renamed = await renamePortal(form.context, name, versionOf(form));
  if (renamed.ok) return { response: seeOther(form, '/console/settings?done=name') };
  return again(form, renamed.failure, { name: name.slice(0, 200), wrong: wrongBy(renamed.failure, 'name') });
}

/** POST: sets the brake. */
export async function postBrake(form: Posted): Promise<Answer> {
  const typed = typedOf(form.form);
  const wrong = check(typed);
  if (wrong) return again(form, wrong.failure, { brake: typed, wrong: wrong.field });
  const set = await setBrake(form.context, typed, versionOf(form));
  if (set.ok) return { response: seeOther(form, '/console/settings?done=brake#brake') };
  return again(form, set.failure, { brake: typed });
}

/** A version that no settings have where it is none, so that nothing is changed. */
function versionOf({ form }: Posted): number {
  const text = form.get('version') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

function wrongBy({ code }: Failure, field: 'name'): 'name' | undefined {
  return code === 'invalid_value' ? field : undefined;
}

function typedOf(form: URLSearchParams): BrakeTyped {
  const text = (name: BrakeField) => (form.get(name) ?? '').trim().slice(0, 40);
  return {
    'brake.state': text('brake.state'),
    'brake.percent': text('brake.percent'),
    'brake.atLeast': text('brake.atLeast'),
    'brake.number': text('brake.number'),
  };
}

interface Wrong {
  readonly failure: Failure;
  readonly field: BrakeField;
}

/** The first field that cannot be, in the words of the form. */
function check(typed: BrakeTyped): Wrong | undefined {
  for (const field of Object.keys(typed) as BrakeField[]) {
    const choice: { readonly read: (text: string) => unknown; readonly takes: string } =
      CHOICE_TABLE[field satisfies ChoiceName];
    if (choice.read(typed[field]) === undefined) {
      const takes = field === 'brake.state' ? 'on or off' : `a whole number, ${choice.takes}`;
      const text = `${CHOICE_TEXTS[field].title}: it takes ${takes}. Nothing was changed.`;
      return { field, failure: fail('invalid_value', text).failure };
    }
  }
  if (Number(typed['brake.atLeast']) <= Number(typed['brake.number'])) return undefined;
  const text = '“Always allowed” cannot be more than “Never more than”. Nothing was changed.';
  return { field: 'brake.atLeast', failure: fail('invalid_value', text).failure };
}

async function again(form: Posted, failure: Failure, typed: Omit<Again, 'status' | 'note'>): Promise<Answer> {
  const read = await readBatch(form.env.DB, selectSettingsPage(form));
  if (read.kind === 'fault') return broken(form, '/console/settings', faultFailure(read).failure);
  const { status } = kindOf(failure.code);
  // Where somebody else was faster, the fields show what that one has chosen.
  const kept = failure.code === 'precondition_failed' ? {} : typed;
  const response = await settingsPage(form, read.results, { ...kept, status, note: failureNote(failure) });
  return { response, failure };
}
