// Lists whose rows are selected, to do something with several at once. They work without the script, which counts and selects all.
import type { PropsWithChildren } from 'hono/jsx';
import { ASSETS } from './assets.ts';

/** Of pages whose form has `data-picking` and the class `picking`. */
export const PICK_SCRIPT = ASSETS.pick.path;

type PickProps = PropsWithChildren<{
  readonly name: string;
  readonly value: string;
  /** What is selected, for a screen reader. */
  readonly what: string;
}>;

/** A row that can be selected. */
export function Pick({ name, value, what, children }: PickProps) {
  return (
    <span class="pick">
      <input type="checkbox" name={name} value={value} aria-label={`Select ${what}`} />
      <span>{children}</span>
    </span>
  );
}

/** Below the table, in its form: how many are selected, and the buttons that do something with them. */
export function SelectionBar({ children }: PropsWithChildren) {
  return (
    <div class="picked">
      <span class="count" data-count aria-live="polite">
        With those selected:
      </span>
      {children}
      <button class="quiet all" type="button" data-pick-all hidden>
        Select all on this page
      </button>
    </div>
  );
}
