// The limits of the brake: a form where admins may set them, and words where only whoever runs the portal may.
import type { ChoiceName } from '../../directory/choices.ts';
import type { Policy } from '../../directory/policy.ts';
import { ActionForm, SelectField, TextField } from '../page/fields.tsx';

export type BrakeField = Extract<ChoiceName, `brake.${string}`>;
/** The fields as they were typed, under the names of their choices. */
export type BrakeTyped = Readonly<Record<BrakeField, string>>;

/** The fields as the policy has them. */
export function brakeTyped({ brake: { state, percent, atLeast, number } }: Policy): BrakeTyped {
  return {
    'brake.state': state,
    'brake.percent': String(percent),
    'brake.atLeast': String(atLeast),
    'brake.number': String(number),
  };
}

interface BrakeFormProps {
  readonly typed: BrakeTyped;
  readonly version: number;
  readonly formToken: string;
  /** The field that the note is about. */
  readonly wrong?: BrakeField | undefined;
}

const STATES = [
  { value: 'on', text: 'On: a flood of deactivations is held' },
  { value: 'off', text: 'Off: nothing is held' },
];

export function BrakeForm({ typed, version, formToken, wrong }: BrakeFormProps) {
  const field = (name: BrakeField) => ({ name, value: typed[name], isWrong: wrong === name, required: true });
  return (
    <ActionForm action="/console/settings/brake" formToken={formToken} submit="Save the brake">
      <input type="hidden" name="version" value={String(version)} />
      <SelectField name="brake.state" label="The brake is" options={STATES} value={typed['brake.state']} />
      <div class="limits">
        <TextField
          {...field('brake.percent')}
          type="number"
          label="Share (percent)"
          hint="Of the active people. 1 to 99."
        />
        <TextField
          {...field('brake.atLeast')}
          type="number"
          label="Always allowed"
          hint="So many pass in any case. 1 to 1000."
        />
        <TextField
          {...field('brake.number')}
          type="number"
          label="Never more than"
          hint="Even where the share is more. 1 to 1000."
        />
      </div>
    </ActionForm>
  );
}

/** What the limits come to in a portal of so many people, for the sentence below the form. */
export function limitSentence(limit: number, activeCount: number): string {
  const active = `${activeCount.toLocaleString('en')} ${activeCount === 1 ? 'person' : 'people'} active`;
  return `With ${active} now, deactivation number ${limit + 1} within an hour engages it.`;
}
