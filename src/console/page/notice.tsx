// A sentence to the reader: what was done, what is wrong, what to know.
import type { PropsWithChildren } from 'hono/jsx';
import type { Failure } from '../../failure.ts';

export type NoticeProps = PropsWithChildren<{
  /** `act`: it went wrong. `good`: it was done. `soon`: beware. `note`: for information. */
  readonly kind: 'act' | 'good' | 'soon' | 'note';
  /** For `aria-describedby`. */
  readonly id?: string;
}>;

export function Notice({ kind, id, children }: NoticeProps) {
  return (
    <div class={`message ${kind}`} role={kind === 'act' ? 'alert' : 'status'} id={id}>
      {children}
    </div>
  );
}

/** What a failure says to who caused it. */
export function failureNote({ detail }: Failure): NoticeProps {
  return { kind: 'act', id: 'wrong', children: detail };
}

/** What was just done, as the query `done` of the address names it after a form; nothing for a word that is not in `texts`. */
export function doneNote(url: URL, texts: Readonly<Record<string, string>>): NoticeProps | undefined {
  const done = url.searchParams.get('done') ?? '';
  const text = Object.hasOwn(texts, done) ? texts[done] : undefined;
  return text === undefined ? undefined : { kind: 'good', children: text };
}
