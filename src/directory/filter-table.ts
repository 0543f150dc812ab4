// Where the attributes of a resource type are found when a filter asks for them: data, one table a resource type.
import type { FilterColumn, FilterRelation } from '../storage/filter-columns.ts';

/** `column`: one of storage's columns; `always` where every resource has a value. `list`: rows of another table, each
 * with the sub-attributes in `parts`. `refused`: a filter cannot ask for it, and the sentence says what to do instead. */
export type FilterSource =
  | { readonly kind: 'column'; readonly column: FilterColumn; readonly always?: true }
  | {
      readonly kind: 'list';
      readonly relation: FilterRelation;
      readonly parts: Readonly<Record<string, FilterColumn>>;
    }
  | { readonly kind: 'always' }
  | { readonly kind: 'refused'; readonly sentence: string };

export interface FilterTable {
  /** By canonical name, `meta.created`; attributes of an extension by the name of its schema, `PortalUser:isAdmin`. */
  readonly attributes: Readonly<Record<string, FilterSource>>;
  /** Whether every other attribute is in the JSON column `folded`, in canonical names. */
  readonly foldedRest: boolean;
}
