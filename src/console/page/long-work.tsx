// Long work in pieces: each answer shows how far it is and carries the form of the next piece, which a script sends by itself. Without
// JavaScript the button does.
import type { PropsWithChildren } from 'hono/jsx';
import { ASSETS } from './assets.ts';
import { TokenField } from './fields.tsx';

/** The script that a page with long work needs. */
export const WORK_SCRIPT = ASSETS.work.path;

type LongWorkProps = PropsWithChildren<{
  /** What is counted, in a sentence such as `120 of 500 people are restored.` */
  readonly sentence: string;
  readonly done: number;
  readonly total: number;
  readonly action: string;
  readonly formToken: string;
  /** What the next piece needs to know; text that is there twice is sent twice. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Waits for a person, after a fault. */
  readonly isPaused?: boolean;
}>;

export function LongWork({ sentence, done, total, action, formToken, fields, isPaused, children }: LongWorkProps) {
  return (
    <section class="panel work" data-work={isPaused ? undefined : ''}>
      <p role="status">{sentence}</p>
      <progress value={Math.min(done, total)} max={Math.max(total, 1)} aria-label="Done so far" />
      <form method="post" action={action}>
        <TokenField token={formToken} />
        {fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit">Continue</button>
      </form>
      {children}
    </section>
  );
}
