// What a filter says, once read: plain data that evaluation and storage can walk. Names are as written, not resolved.

/** An attribute as a filter writes it: `urn:...:User:name.givenName` is `{ urn: 'urn:...:User', name: 'name', sub: 'givenName' }`. */
export type AttributeRef = {
  readonly urn: string | undefined;
  readonly name: string;
  readonly sub: string | undefined;
};

export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type FilterValue = string | number | boolean | null;

export type Comparison = {
  readonly kind: 'compare';
  readonly attribute: AttributeRef;
  readonly operator: CompareOperator;
  readonly value: FilterValue;
};

/** RFC 7644 section 3.4.2.2. `and` and `or` hold two terms or more; the filter of a value path holds no value path. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | { readonly kind: 'present'; readonly attribute: AttributeRef }
  | Comparison
  | { readonly kind: 'valuePath'; readonly attribute: AttributeRef; readonly filter: Filter };
