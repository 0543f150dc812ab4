// How the parts of a guide look: texts, fields to fill in elsewhere, tables, and what is folded away.
import { CopyField } from '../page/copy-field.tsx';
import { Table } from '../page/table.tsx';
import type { Field, Part, Step } from './guide.ts';
import { RichText } from './rich-text.tsx';

/** A numbered step, with a box to tick when it is done: it folds the step away. */
export function StepPanel({ step: { title, where, parts }, number }: { readonly step: Step; readonly number: number }) {
  const id = `step-${number}`;
  return (
    <li>
      <section class="panel step" id={id} aria-labelledby={`${id}-title`}>
        <header>
          <span class="number" aria-hidden="true">
            {number}
          </span>
          <h2 id={`${id}-title`}>{title}</h2>
          <label>
            <input type="checkbox" aria-label={`Step ${number} is done`} autocomplete="off" />
            Done
          </label>
        </header>
        <div class="body">
          {where === undefined ? null : <Where path={where} />}
          <Parts parts={parts} id={id} />
        </div>
      </section>
    </li>
  );
}

/** A way through menus. */
function Where({ path }: { readonly path: string }) {
  return (
    <p class="where">
      <span class="unseen">Where: </span>
      {path.split(' > ').map((menu, i) => (
        <>
          {i === 0 ? null : (
            <>
              {' '}
              <span class="unseen">, then </span>
              <span aria-hidden="true">›</span>{' '}
            </>
          )}
          <b>{menu}</b>
        </>
      ))}
    </p>
  );
}

interface PartsProps {
  readonly parts: readonly Part[];
  /** Begins the ids of what stands in them. */
  readonly id: string;
}

function Parts({ parts, id }: PartsProps) {
  return (
    <>
      {parts.map((part, i) => (
        <PartView part={part} id={`${id}-${i}`} />
      ))}
    </>
  );
}

function PartView({ part, id }: { readonly part: Part; readonly id: string }) {
  switch (part.kind) {
    case 'text':
      return (
        <p>
          <RichText text={part.text} />
        </p>
      );
    case 'beware':
    case 'tip':
      return (
        <p class={`message ${part.kind === 'tip' ? 'note' : 'soon'}`}>
          <RichText text={part.text} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {part.items.map((item) => (
            <li>
              <RichText text={item} />
            </li>
          ))}
        </ul>
      );
    case 'form':
      return <FieldList fields={part.fields} id={id} />;
    case 'table':
      return <TextTable {...part} />;
    case 'more':
      return (
        <details>
          <summary>{part.summary}</summary>
          <Parts parts={part.parts} id={id} />
        </details>
      );
  }
}

function FieldList({ fields, id }: { readonly fields: readonly Field[]; readonly id: string }) {
  return (
    <div class="fields">
      {fields.map((field, i) =>
        field.copy ? (
          <CopyField
            id={`${id}-${i}`}
            label={field.label}
            value={field.value}
            {...(field.hint ? { hint: field.hint } : {})}
          />
        ) : (
          <dl class="copy">
            <dt>{field.label}</dt>
            <dd class="chosen">{field.value}</dd>
            {field.hint ? <dd class="hint">{field.hint}</dd> : null}
          </dl>
        ),
      )}
    </div>
  );
}

function TextTable({ caption, head, rows }: Extract<Part, { readonly kind: 'table' }>) {
  const columns = head.map((name, i) => ({ name, show: (cells: string[]) => <RichText text={cells[i] ?? ''} /> }));
  return <Table caption={caption} columns={columns} rows={rows} />;
}
