// What a name means: PATCH paths, bodies and projections all write attributes as `name`, `name.sub` or behind a URN,
// in any case, and this is the one place where such a name meets the attribute table.
import type { Attribute, Schema } from './schema/attribute.ts';
import { type ResourceSchema, subAttribute } from './schema/resource-schema.ts';

/** One attribute of a resource type, or one sub-attribute of it. */
export interface AttributeLocation {
  /** The id of the extension the attribute belongs to; undefined for core and common attributes. */
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

export type NameMeaning =
  | ({ readonly kind: 'attribute' } & AttributeLocation)
  | { readonly kind: 'schema'; readonly schema: Schema }
  | { readonly kind: 'unknown' };

const UNKNOWN = { kind: 'unknown' } as const;

/**
 * What `text` names: an attribute, with sub-attribute or without, a whole schema by its bare URN, or nothing known.
 * URNs hold dots and colons, so the longest known URN is taken off first. RFC 7644 section 3.10.
 */
export function resolveName(text: string, schema: ResourceSchema): NameMeaning {
  const split = schema.splitUrn(text);
  if (split !== undefined && split.rest === '') return { kind: 'schema', schema: split.schema };
  const location = locate(split?.rest ?? text, extensionOf(split?.schema, schema), schema);
  return location === undefined ? UNKNOWN : { kind: 'attribute', ...location };
}

/** The canonical spelling: `userName`, `name.givenName`, `urn:...:User:manager.value`. */
export function canonicalName(location: AttributeLocation): string {
  const prefix = location.extension === undefined ? '' : `${location.extension}:`;
  const suffix = location.sub === undefined ? '' : `.${location.sub.name}`;
  return `${prefix}${location.attribute.name}${suffix}`;
}

/** True where the gateway alone may write, as RFC 7643 section 7 says of `readOnly`. */
export function isReadOnly(location: AttributeLocation): boolean {
  return location.attribute.mutability === 'readOnly' || location.sub?.mutability === 'readOnly';
}

function extensionOf(named: Schema | undefined, schema: ResourceSchema): Schema | undefined {
  return named === schema.core ? undefined : named;
}

function locate(dotted: string, extension: Schema | undefined, schema: ResourceSchema): AttributeLocation | undefined {
  const dot = dotted.indexOf('.');
  const name = dot < 0 ? dotted : dotted.slice(0, dot);
  const attribute = extension === undefined ? schema.attribute(name) : schema.extensionAttribute(extension.id, name);
  if (attribute === undefined) return undefined;
  const sub = dot < 0 ? undefined : subAttribute(attribute, dotted.slice(dot + 1));
  if (dot >= 0 && sub === undefined) return undefined;
  return { extension: extension?.id, attribute, sub };
}
