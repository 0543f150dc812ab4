// The parts of forms.
import type { PropsWithChildren } from 'hono/jsx';
import { TOKEN_FIELD } from './form.ts';

/** What proves that a form is ours; in every form. */
export function TokenField({ token }: { readonly token: string }) {
  return <input type="hidden" name={TOKEN_FIELD} value={token} />;
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** What describes a field to a screen reader: its hint, and the note `wrong` where the form came back. */
function described(name: string, hint: string | undefined, isWrong: boolean): string | undefined {
  const ids = [...(isWrong ? ['wrong'] : []), ...(hint ? [`${name}-hint`] : [])].join(' ');
  return ids === '' ? undefined : ids;
}

type TextFieldProps = FieldProps & {
  readonly type?: 'text' | 'email' | 'number' | 'search' | 'date' | 'datetime-local';
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly maxlength?: number;
  readonly placeholder?: string;
  readonly isWrong?: boolean;
};

/** A line to type. */
export function TextField(field: TextFieldProps) {
  const { name, label, hint, type = 'text', isWrong = false, ...rest } = field;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint ? <small id={`${name}-hint`}>{hint}</small> : null}
      <input
        id={name}
        name={name}
        type={type}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={described(name, hint, isWrong)}
        aria-invalid={isWrong ? 'true' : undefined}
        {...rest}
      />
    </div>
  );
}

export interface Option {
  readonly value: string;
  readonly text: string;
}

/** Options under a heading of their own. */
export interface OptionGroup {
  readonly heading: string;
  readonly options: readonly Option[];
}

type SelectFieldProps = FieldProps & {
  readonly options: readonly (Option | OptionGroup)[];
  readonly value?: string | undefined;
};

/** A choice of one. */
export function SelectField({ name, label, hint, options, value }: SelectFieldProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint ? <small id={`${name}-hint`}>{hint}</small> : null}
      <select id={name} name={name} aria-describedby={described(name, hint, false)}>
        {options.map((option) =>
          'heading' in option ? (
            <optgroup label={option.heading}>
              <Options options={option.options} value={value} />
            </optgroup>
          ) : (
            <Options options={[option]} value={value} />
          ),
        )}
      </select>
    </div>
  );
}

function Options({ options, value }: { readonly options: readonly Option[]; readonly value: string | undefined }) {
  return (
    <>
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.text}
        </option>
      ))}
    </>
  );
}

type FormProps = PropsWithChildren<{
  readonly action: string;
  readonly formToken: string;
  /** What the button says it does. */
  readonly submit: string;
  /** To what, for a screen reader: where a page has several such buttons. */
  readonly to?: string;
  readonly look?: 'primary' | 'quiet' | 'danger';
  /** Beside what belongs together, rather than below each other. */
  readonly inline?: boolean;
}>;

/** A form that changes something, with its token and one button. */
export function ActionForm({ action, formToken, submit, to, look = 'primary', inline = false, children }: FormProps) {
  return (
    <form method="post" action={action} class={inline ? 'inline' : undefined}>
      <TokenField token={formToken} />
      {children}
      <button type="submit" class={look === 'primary' ? undefined : look}>
        {submit}
        {to === undefined ? null : <span class="unseen">: {to}</span>}
      </button>
    </form>
  );
}
