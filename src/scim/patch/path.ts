// What a PATCH path points at: the syntax comes from the filter parser, the meaning from the attribute table.

import { fail, ok, type Result } from '../../failure.ts';
import { type AttributeLocation, resolveName } from '../attribute-name.ts';
import type { Filter } from '../filter/ast.ts';
import { compileFilter } from '../filter/evaluate.ts';
import { type PathParts, parsePathParts } from '../filter/parser.ts';
import { isUrn, splitReference } from '../filter/reference.ts';
import type { Schema } from '../schema/attribute.ts';
import { type ResourceSchema, subAttribute } from '../schema/resource-schema.ts';

export type AttributePath = AttributeLocation & {
  readonly kind: 'attribute';
  /** Chooses among the values of a multi-valued attribute. */
  readonly filter: Filter | undefined;
};

export type PatchPath =
  | AttributePath
  | { readonly kind: 'schema'; readonly schema: Schema }
  | { readonly kind: 'unknown' };

const UNKNOWN = { kind: 'unknown' } as const;

/**
 * The target of a path: an attribute with an optional value filter and sub-attribute, a whole schema by its URN, or `unknown`
 * where no schema knows the name, which is no failure. Fails with `invalid_path` where the text is no path and
 * `invalid_filter` where a comparison has no meaning. RFC 7644 section 3.5.2, figure 7.
 */
export function parsePath(text: string, schema: ResourceSchema): Result<PatchPath> {
  const parts = parsePathParts(text);
  return parts.ok ? resolve(parts.value, schema) : parts;
}

function resolve({ name, filter, sub }: PathParts, schema: ResourceSchema): Result<PatchPath> {
  const meaning = resolveName(name, schema);
  if (meaning.kind === 'unknown') return isWellWritten(name) ? ok(UNKNOWN) : notAPath();
  if (meaning.kind === 'schema') return filter === undefined ? ok(meaning) : notAPath();
  if (filter === undefined) return ok({ ...meaning, filter });
  const { attribute } = meaning;
  if (!attribute.multiValued || meaning.sub !== undefined) {
    return fail(
      'invalid_path',
      `The path filters "${attribute.name}", but only attributes with several values take a filter.`,
    );
  }
  const checked = compileFilter(filter, attribute);
  if (!checked.ok) return checked;
  if (sub === undefined) return ok({ ...meaning, filter });
  const part = subAttribute(attribute, sub);
  return ok(part === undefined ? UNKNOWN : { ...meaning, filter, sub: part });
}

function isWellWritten(name: string): boolean {
  return splitReference(name) !== undefined || isUrn(name);
}

function notAPath(): Result<never> {
  return fail(
    'invalid_path',
    'The path is not one of: attribute, attribute.part, attribute[filter], attribute[filter].part.',
  );
}
