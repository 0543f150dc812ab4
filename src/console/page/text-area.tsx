// A field of several lines.

interface TextAreaProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly rows: number;
  readonly maxlength: number;
  readonly required?: boolean;
  readonly isWrong?: boolean;
}

export function TextArea({ name, label, hint, value, isWrong = false, ...rest }: TextAreaProps) {
  const described = [...(isWrong ? ['wrong'] : []), ...(hint === undefined ? [] : [`${name}-hint`])].join(' ');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint === undefined ? null : <small id={`${name}-hint`}>{hint}</small>}
      <textarea
        id={name}
        name={name}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={described === '' ? undefined : described}
        aria-invalid={isWrong ? 'true' : undefined}
        {...rest}
      >
        {value}
      </textarea>
    </div>
  );
}
