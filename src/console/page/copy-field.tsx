// A value to paste elsewhere, with a button that copies it. Without JavaScript the button is not there, and the value can be marked.
import { ASSETS } from './assets.ts';

/** The script that a page with copy fields needs. */
export const COPY_SCRIPT = ASSETS.copy.path;

interface CopyFieldProps {
  /** Unique on the page. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
}

export function CopyField({ id, label, value, hint }: CopyFieldProps) {
  return (
    <dl class="copy">
      <dt>{label}</dt>
      <dd>
        <code id={id}>{value}</code>
        <button type="button" class="quiet" data-copy={id} hidden>
          <span aria-live="polite">Copy</span>
          <span class="unseen"> {label}</span>
        </button>
      </dd>
      {hint ? <dd class="hint">{hint}</dd> : null}
    </dl>
  );
}
