// When a key ends: never, after a time, or on a day of one's own.
import { fail, ok, type Result } from '../../failure.ts';
import { SelectField, TextField } from '../page/fields.tsx';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 3_650;

const CHOICES = [
  { value: 'never', text: 'Never' },
  { value: '90', text: 'In 90 days' },
  { value: '365', text: 'In a year' },
  { value: 'date', text: 'On a day of my choice' },
] as const;

export interface Expiry {
  readonly choice: string;
  /** `YYYY-MM-DD`, where the choice is `date`. */
  readonly date: string;
}

export const NEVER: Expiry = { choice: 'never', date: '' };

/** What the key that takes the place of another is offered first: to live as long, where that is one of the choices. */
export function usualExpiry({
  createdAt,
  expiresAt,
}: {
  readonly createdAt: number;
  readonly expiresAt: number | null;
}) {
  const days = expiresAt === null ? 0 : Math.round((expiresAt - createdAt) / DAY_MS);
  const choice = CHOICES.find(({ value }) => value === String(days));
  return choice ? { choice: choice.value, date: '' } : NEVER;
}

/** The two fields. The day is shown for the last choice alone, where the browser can tell. */
export function ExpiryFields({ value, isWrong = false }: { readonly value: Expiry; readonly isWrong?: boolean }) {
  return (
    <div class="key-expiry">
      <SelectField
        name="expires"
        label="Expires"
        hint="Home reminds you two weeks before."
        options={CHOICES}
        value={value.choice}
      />
      <TextField
        name="date"
        label="Last day"
        hint="It works until the end of that day, in UTC."
        type="date"
        value={value.date}
        isWrong={isWrong}
      />
    </div>
  );
}

/** What was chosen, as it was sent. */
export function sentExpiry(form: URLSearchParams): Expiry {
  return { choice: form.get('expires') ?? '', date: form.get('date') ?? '' };
}

/** When the key ends, in UTC milliseconds; null for never. Fails with `invalid_value`. */
export function readExpiry({ choice, date }: Expiry, nowMs: number): Result<number | null> {
  switch (choice) {
    case 'never':
      return ok(null);
    case '90':
    case '365':
      return ok(nowMs + Number(choice) * DAY_MS);
    case 'date':
      return endOf(date, nowMs);
    default:
      return fail('invalid_value', 'Choose when the key expires.');
  }
}

function endOf(date: string, nowMs: number): Result<number> {
  const startMs = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // A day that the calendar does not have becomes another one.
  if (Number.isNaN(startMs) || new Date(startMs).toISOString().slice(0, 10) !== date) {
    return fail('invalid_value', 'Choose the last day of the key, as year, month and day: 2027-01-31.');
  }
  const endMs = startMs + DAY_MS;
  if (endMs <= nowMs) return fail('invalid_value', 'The last day of the key is over already.');
  if (endMs > nowMs + LONGEST_DAYS * DAY_MS) {
    return fail('invalid_value', 'The last day of the key is more than ten years away. Choose “Never” instead.');
  }
  return ok(endMs);
}
