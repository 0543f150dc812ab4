// The form that says which entries are shown. It is a GET form: what was chosen stands in the address, and no script is needed.
import { wordsOf } from '../../log/words.ts';
import { printable } from '../../printable.ts';
import { type Option, type OptionGroup, SelectField, TextField } from '../page/fields.tsx';
import { addressOf, type Choice, type Field, JOURNAL_RULES, NO_KEYS, REFUSAL_RULES, SPANS, TYPES } from './choice.ts';
import type { FoundUser, ListedKey } from './log-page-query.ts';

interface FilterFormProps {
  readonly choice: Choice;
  readonly keys: readonly ListedKey[];
  readonly user: FoundUser | undefined;
}

/** What stands behind the fold; it is open where one of these was chosen. */
const RARE: readonly Field[] = ['type', 'rule', 'request', 'from', 'to'];

export function FilterForm({ choice, keys, user }: FilterFormProps) {
  const isOpen = RARE.some((field) => choice[field] !== undefined);
  return (
    <form method="get" action="/console/log" class="panel filters" aria-label="Filter the log" id="filters">
      {choice.show === undefined ? null : <input type="hidden" name="show" value={choice.show} />}
      <div class="often">
        <TextField
          name="user"
          label="User"
          placeholder="User name or id"
          value={user?.removedAt === null ? user.userName : choice.user}
          maxlength={500}
        />
        <SelectField name="key" label="Done by" options={byOptions(keys, choice.key)} value={choice.key} />
        <SelectField name="time" label="Time" options={TIMES} value={choice.time} />
      </div>
      <details open={isOpen} id="more-filters">
        <summary>More filters</summary>
        <div class="often rare">
          <SelectField name="type" label="What happened" options={TYPE_OPTIONS} value={choice.type} />
          <SelectField name="rule" label="Reason" options={RULE_OPTIONS} value={choice.rule} />
          <TextField name="request" label="Request id" value={choice.request} maxlength={100} />
          <TextField name="from" label="From (UTC)" type="datetime-local" value={choice.from} />
          <TextField name="to" label="Until (UTC)" type="datetime-local" value={choice.to} />
        </div>
      </details>
      <div class="actions">
        <button type="submit" class="quiet">
          Search
        </button>
        {hasFilters(choice) ? <a href={addressOf({ ...shownOf(choice) })}>Clear</a> : null}
      </div>
    </form>
  );
}

/** Whether anything but the view is chosen. */
export function hasFilters({ show: _, before: __, ...filters }: Choice): boolean {
  return Object.keys(filters).length > 0;
}

function shownOf({ show }: Choice): Choice {
  return show === undefined ? {} : { show };
}

const TIMES: readonly Option[] = [
  { value: '', text: 'Any time' },
  ...Object.entries(SPANS).map(([value, { name }]) => ({ value, text: name })),
];

function byOptions(keys: readonly ListedKey[], chosen: string | undefined): readonly (Option | OptionGroup)[] {
  const options = keys.map(({ id, label, username, revokedAt, isClient }) => ({
    value: id,
    text: `${isClient === 1 ? 'OAuth client ' : ''}${printable(label, 40) || id} of ${printable(username, 40)}${revokedAt === null ? '' : ' (revoked)'}`,
  }));
  const others = Object.entries(NO_KEYS).map(([value, { name }]) => ({ value, text: name }));
  const isKnown = chosen === undefined || [...options, ...others].some(({ value }) => value === chosen);
  return [
    { value: '', text: 'Anybody' },
    ...(isKnown ? [] : [{ value: chosen, text: `Key ${printable(chosen, 64)}` }]),
    ...(options.length === 0 ? [] : [{ heading: 'Keys', options }]),
    { heading: 'Others', options: others },
  ];
}

const codeOptions = (codes: readonly Parameters<typeof wordsOf>[0][]): readonly Option[] =>
  codes.map((code) => ({ value: code, text: wordsOf(code) }));

const startsWith = (word: string) => TYPES.filter((type) => type.startsWith(word));

const TYPE_OPTIONS: readonly (Option | OptionGroup)[] = [
  { value: '', text: 'Anything' },
  { heading: 'Users', options: codeOptions(startsWith('user.')) },
  { heading: 'Groups', options: codeOptions(startsWith('group.')) },
  { heading: 'Workspaces', options: codeOptions(startsWith('workspace.')) },
  {
    heading: 'The portal',
    options: codeOptions(TYPES.filter((type) => !/^(user|group|workspace)\./.test(type))),
  },
];

const RULE_OPTIONS: readonly (Option | OptionGroup)[] = [
  { value: '', text: 'Any reason or none' },
  { heading: 'Refused because', options: codeOptions(REFUSAL_RULES) },
  { heading: 'Done with a remark', options: codeOptions(JOURNAL_RULES) },
];
