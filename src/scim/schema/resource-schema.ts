// The schemas of one resource type together, with look-ups that compare names without case (RFC 7643 section 2.1).
import { type Attribute, attribute, type Schema } from './attribute.ts';

/** Attributes every resource has, RFC 7643 section 3.1; `schemas` is handled by name wherever it matters. */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  attribute('id', 'string', 'The identifier that the gateway gives.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'string', 'The identifier that the client gives.', { caseExact: true }),
  attribute('meta', 'complex', 'Metadata.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'string', 'The type of the resource.', { mutability: 'readOnly', caseExact: true }),
      attribute('created', 'dateTime', 'When the resource was created.', { mutability: 'readOnly' }),
      attribute('lastModified', 'dateTime', 'When the resource last changed.', { mutability: 'readOnly' }),
      attribute('location', 'reference', 'The URI of the resource.', { mutability: 'readOnly' }),
      attribute('version', 'string', 'The version of the resource, as in the ETag header.', {
        mutability: 'readOnly',
        caseExact: true,
      }),
    ],
  }),
];

/** The core schema with its extensions. Extension attributes live under the URN of the extension. */
export class ResourceSchema {
  readonly core: Schema;
  readonly extensions: readonly Schema[];
  readonly #top: ReadonlyMap<string, Attribute>;
  readonly #extensions: ReadonlyMap<string, Schema>;
  readonly #extensionAttributes: ReadonlyMap<string, ReadonlyMap<string, Attribute>>;

  constructor(core: Schema, extensions: readonly Schema[]) {
    this.core = core;
    this.extensions = extensions;
    this.#top = byName([...COMMON_ATTRIBUTES, ...core.attributes]);
    this.#extensions = new Map(extensions.map((schema) => [schema.id.toLowerCase(), schema]));
    this.#extensionAttributes = new Map(
      extensions.map((schema) => [schema.id.toLowerCase(), byName(schema.attributes)]),
    );
  }

  /** All attributes outside extensions: the common ones and those of the core schema. */
  get attributes(): Iterable<Attribute> {
    return this.#top.values();
  }

  /** A common or core attribute by its name in any case. */
  attribute(name: string): Attribute | undefined {
    return this.#top.get(name.toLowerCase());
  }

  /** An extension by its URN in any case. */
  extension(urn: string): Schema | undefined {
    return this.#extensions.get(urn.toLowerCase());
  }

  /** An extension's attribute, URN and name in any case. */
  extensionAttribute(urn: string, name: string): Attribute | undefined {
    return this.#extensionAttributes.get(urn.toLowerCase())?.get(name.toLowerCase());
  }

  /** The longest known schema URN that `path` starts with, followed by its end or a colon. URNs hold dots and colons, so
   * a path cannot be split at them before the URN is known. `rest` is what follows the colon, possibly empty. */
  splitUrn(path: string): { readonly schema: Schema; readonly rest: string } | undefined {
    const folded = path.toLowerCase();
    const known = [this.core, ...this.extensions].sort((a, b) => b.id.length - a.id.length);
    for (const schema of known) {
      const urn = schema.id.toLowerCase();
      if (folded === urn) return { schema, rest: '' };
      if (folded.startsWith(`${urn}:`)) return { schema, rest: path.slice(urn.length + 1) };
    }
    return undefined;
  }
}

/** A sub-attribute of a complex attribute by its name in any case. */
export function subAttribute(parent: Attribute, name: string): Attribute | undefined {
  const folded = name.toLowerCase();
  return parent.subAttributes?.find((sub) => sub.name.toLowerCase() === folded);
}

function byName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((a) => [a.name.toLowerCase(), a]));
}
