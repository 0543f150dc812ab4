// From the body of a POST or PUT to the resource it means: names canonical, values canonical, nothing a client may not write.

import { fail, ok, type Result } from '../failure.ts';
import { resolveName } from './attribute-name.ts';
import {
  assign,
  beginDraft,
  type Draft,
  finish,
  isIgnored,
  notAnObject,
  removeExtension,
  WRITTEN,
  type Written,
} from './draft.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Schema } from './schema/attribute.ts';
import type { ResourceSchema } from './schema/resource-schema.ts';

/** Core attributes under canonical names, extensions under `[schema.id]`; no schemas, id, meta, password, groups. */
export type ScimResource = JsonObject;

export interface ReadResource {
  readonly resource: ScimResource;
  /**
   * Canonical names of writable attributes the body named, also with null or empty values: `active`, `name`, `name.givenName`,
   * `<URN>`, `<URN>:isAdmin`. A dotted `name.givenName` in the body names just that; of multi-valued ones only the whole.
   */
  readonly present: ReadonlySet<string>;
}

/**
 * The resource that the body of a POST or PUT describes. Names may be in any case, dotted (`name.givenName`) or behind a URN;
 * readOnly, writeOnly and unknown attributes and `schemas` are dropped. Fails with `invalid_syntax` where the body is not an
 * object and with `invalid_value` as `readValue` does. RFC 7644 sections 3.3 and 3.5.1.
 */
export function readResource(schema: ResourceSchema, body: Json): Result<ReadResource> {
  if (!isObject(body)) return fail('invalid_syntax', 'The body must be one JSON object, the resource.');
  const draft = beginDraft(schema, {});
  for (const [name, value] of Object.entries(body)) {
    const written = write(draft, name, value);
    if (!written.ok) return written;
  }
  return ok({ resource: finish(draft), present: draft.named });
}

function write(draft: Draft, name: string, value: Json): Written {
  const meaning = resolveName(name, draft.schema);
  switch (meaning.kind) {
    case 'unknown':
      return WRITTEN;
    case 'schema':
      return writeSchema(draft, meaning.schema, value);
    case 'attribute': {
      const isPartOfList = meaning.attribute.multiValued && meaning.sub !== undefined;
      return isPartOfList || isIgnored(meaning) ? WRITTEN : assign(draft, meaning, value);
    }
  }
}

function writeSchema(draft: Draft, schema: Schema, value: Json): Written {
  if (value === null || value === '') {
    removeExtension(draft, schema);
    return WRITTEN;
  }
  if (!isObject(value)) return notAnObject(schema.id);
  draft.named.add(schema.id);
  for (const [name, inner] of Object.entries(value)) {
    const meaning = resolveName(`${schema.id}:${name}`, draft.schema);
    const written = meaning.kind === 'attribute' ? write(draft, `${schema.id}:${name}`, inner) : WRITTEN;
    if (!written.ok) return written;
  }
  return WRITTEN;
}
