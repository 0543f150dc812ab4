// What a guide is made of: steps as data, which name by themselves for which portals they are meant. What is chosen in the policy
// stands in these tables and nowhere else; one renderer shows them all.
import type { GrantName } from '../../auth/oauth/client-grant.ts';
import type { Policy } from '../../directory/policy.ts';

export type IdpName = 'okta' | 'entra' | 'other';

/** What guides differ by. */
export interface GuideFacts {
  /** Of this portal, such as `https://acme.vendor.example`. */
  readonly origin: string;
  /** The SCIM API Username of the chosen key; undefined where there is none yet. */
  readonly username: string | undefined;
  /** Where the guide is about a client of OAuth instead of a key, and it works. */
  readonly client?: { readonly id: string; readonly grant: GrantName } | undefined;
  readonly policy: Policy;
  /** The URN of the portal's extension, while `isAdmin` is honoured. */
  readonly extensionUrn: string | undefined;
}

type From<Value> = Value | ((facts: GuideFacts) => Value);

interface Conditional {
  /** For every portal where it is left out. */
  readonly when?: (facts: GuideFacts) => boolean;
}

/** One field of a form elsewhere. Texts are marked up as in `rich-text.tsx`; values are not. */
export interface Field {
  readonly label: string;
  readonly value: string;
  /** Whether it is to be pasted, rather than chosen. */
  readonly copy?: true;
  readonly hint?: string;
}

export type Part =
  | { readonly kind: 'text' | 'beware' | 'tip'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'form'; readonly fields: readonly Field[] }
  | { readonly kind: 'table'; readonly caption: string; readonly head: readonly string[]; readonly rows: string[][] }
  | { readonly kind: 'more'; readonly summary: string; readonly parts: readonly Part[] };

export interface Step {
  readonly title: string;
  /** Where to click, in the menu words over there. */
  readonly where?: string;
  readonly parts: readonly Part[];
}

export interface Guide {
  readonly name: string;
  readonly lead: string;
  readonly steps: readonly Step[];
}

/** Rows of the tables, from which `guideFor` takes what fits a portal. */
export type FieldRow = Conditional & {
  readonly label: string;
  readonly value: From<string>;
  readonly copy?: true;
  readonly hint?: From<string>;
};

export type PartRow = Conditional &
  (
    | { readonly kind: 'text' | 'beware' | 'tip'; readonly text: From<string> }
    | { readonly kind: 'list'; readonly items: readonly (Conditional & { readonly text: From<string> })[] }
    | { readonly kind: 'form'; readonly fields: readonly FieldRow[] }
    | {
        readonly kind: 'table';
        readonly caption: string;
        readonly head: readonly string[];
        readonly rows: readonly (Conditional & { readonly cells: readonly From<string>[] })[];
      }
    | { readonly kind: 'more'; readonly summary: string; readonly parts: readonly PartRow[] }
  );

export type StepRow = Conditional & {
  readonly title: string;
  readonly where?: string;
  readonly parts: readonly PartRow[];
};

export interface GuideTable {
  readonly name: string;
  readonly lead: string;
  readonly steps: readonly StepRow[];
}

/** One text for each value that a choice can have. */
export function byChoice<Choice extends string>(
  choice: (policy: Policy) => Choice,
  texts: Readonly<Record<Choice, string>>,
): (facts: GuideFacts) => string {
  return ({ policy }) => texts[choice(policy)];
}

/** The guide of a portal: the rows that are meant for it, with its own values. */
export function guideFor({ name, lead, steps }: GuideTable, facts: GuideFacts): Guide {
  const meant = meantFor(steps, facts);
  return {
    name,
    lead,
    steps: meant.map(({ title, where, parts }) => ({
      title,
      ...(where ? { where } : {}),
      parts: partsFor(parts, facts),
    })),
  };
}

function partsFor(rows: readonly PartRow[], facts: GuideFacts): Part[] {
  return meantFor(rows, facts).map((row) => partFor(row, facts));
}

function partFor(row: PartRow, facts: GuideFacts): Part {
  const text = (from: From<string>) => (typeof from === 'string' ? from : from(facts));
  switch (row.kind) {
    case 'list':
      return { kind: 'list', items: meantFor(row.items, facts).map((item) => text(item.text)) };
    case 'form':
      return { kind: 'form', fields: meantFor(row.fields, facts).map((field) => fieldFor(field, text)) };
    case 'table': {
      const rows = meantFor(row.rows, facts).map(({ cells }) => cells.map(text));
      return { kind: 'table', caption: row.caption, head: row.head, rows };
    }
    case 'more':
      return { kind: 'more', summary: row.summary, parts: partsFor(row.parts, facts) };
    default:
      return { kind: row.kind, text: text(row.text) };
  }
}

function fieldFor({ label, value, copy, hint }: FieldRow, text: (from: From<string>) => string): Field {
  return { label, value: text(value), ...(copy ? { copy } : {}), ...(hint === undefined ? {} : { hint: text(hint) }) };
}

function meantFor<Row extends Conditional>(rows: readonly Row[], facts: GuideFacts): Row[] {
  return rows.filter(({ when }) => when === undefined || when(facts));
}
