// The panels of Home: one a matter, with what is known of it on one side and what to do on the other.

import { Time } from '../page/time-text.tsx';
import type { Item, Level, Line } from './attention-items.ts';

export interface ItemsProps {
  readonly items: readonly Item[];
  /** UTC milliseconds. */
  readonly now: number;
}

/** A list of panels. */
export function Items({ items, now }: ItemsProps) {
  return (
    <ul class="items">
      {items.map((item) => (
        <li>
          <ItemPanel item={item} now={now} />
        </li>
      ))}
    </ul>
  );
}

const TAGS: Readonly<Record<Level, string>> = { act: 'Act now', soon: 'Look at it', note: 'For information' };

function ItemPanel({ item, now }: { readonly item: Item; readonly now: number }) {
  const { level, title, sentence, since, lines, todo, link } = item;
  return (
    <section class={`panel item ${level}`}>
      <div>
        <h3>
          {title} <span class="tag">{TAGS[level]}</span>
        </h3>
        <p>
          {since === undefined ? null : (
            <>
              Since <Time at={since} now={now} />.{' '}
            </>
          )}
          {sentence}
        </p>
        {lines ? (
          <ul>
            {lines.map((line) => (
              <LineItem line={line} now={now} />
            ))}
          </ul>
        ) : null}
      </div>
      <div class="todo">
        <h4>What to do</h4>
        <p>{todo}</p>
        <a class="deal" href={link.href}>
          {link.text}
        </a>
      </div>
    </section>
  );
}

function LineItem({ line: { text, href, when, changes = [] }, now }: { readonly line: Line; readonly now: number }) {
  return (
    <li>
      {href === undefined ? text : <a href={href}>{text}</a>}
      {when ? (
        <small>
          {when.word} <Time at={when.at} now={now} />
        </small>
      ) : null}
      {changes.length === 0 ? null : (
        <details>
          <summary>What to change</summary>
          {changes.map((change) => (
            <p>{change}</p>
          ))}
        </details>
      )}
    </li>
  );
}
