// The vocabulary of RFC 7643 section 7: what the schemas declare of every attribute. One table of these drives validation,
// projection, PATCH rights and /Schemas, so the words and the deeds cannot part.

export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex';

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly description: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** True where the values are no part of the resource's own row, and any number of them may be. Not for `/Schemas`. */
  readonly manyValues?: boolean;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

type Overrides = Partial<Omit<Attribute, 'name' | 'type' | 'description'>>;

/** One attribute with the defaults of RFC 7643 section 2.2 unless overridden. */
export function attribute(name: string, type: AttributeType, description: string, more: Overrides = {}): Attribute {
  return {
    name,
    type,
    description,
    multiValued: false,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}
