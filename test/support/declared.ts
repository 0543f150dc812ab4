// What /Schemas declares, as tests walk it: every attribute and sub-attribute with its place in a body, in an answer and in a
// filter, and values to send for it.
import { expect } from 'vitest';
import type { Portal } from './portal.ts';
import { expectStatus } from './scim.ts';

export interface Declared {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Declared[];
}

export interface DeclaredSchema {
  readonly id: string;
  readonly attributes: readonly Declared[];
}

/** The schemas as a client reads them. */
export async function readSchemas(portal: Portal): Promise<readonly DeclaredSchema[]> {
  return (await expectStatus(200, portal.send('GET', '/Schemas'))).body.Resources;
}

/** An attribute without parts, or a part of one. */
export interface Leaf {
  readonly urn: string | undefined;
  readonly attribute: Declared;
  readonly sub: Declared | undefined;
  /** What is said of the leaf: of the part, where it is one. */
  readonly is: Declared;
  /** Its name in filters, PATCH paths and projections. */
  readonly path: string;
}

/** The leaves of a schema; `urn` stands before them where it is an extension. */
export function leavesOf({ id, attributes }: DeclaredSchema, isExtension: boolean): Leaf[] {
  return attributes.flatMap((attribute) => {
    const urn = isExtension ? id : undefined;
    const at = (sub?: Declared): Leaf => ({
      urn,
      attribute,
      sub,
      is: sub ?? attribute,
      path: `${urn ? `${urn}:` : ''}${attribute.name}${sub ? `.${sub.name}` : ''}`,
    });
    return attribute.subAttributes ? attribute.subAttributes.map(at) : [at()];
  });
}

const SAMPLES: Readonly<Record<string, readonly [unknown, unknown]>> = {
  string: ['Kim Sample', 'Lee Other'],
  boolean: [true, false],
  reference: ['https://acme.example/a', 'https://acme.example/b'],
  binary: ['TUlJQg==', 'TUlJQw=='],
  dateTime: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
};

/** Two different values of the type of a leaf. */
export function samplesOf({ is }: Leaf): readonly [unknown, unknown] {
  const samples = SAMPLES[is.type];
  if (!samples) throw new Error(`no samples for ${is.type}`);
  return samples;
}

/** The attributes of a body that give a leaf this value; elements of lists get a `value` beside it. */
export function bodyOf({ urn, attribute, sub }: Leaf, value: unknown): Record<string, unknown> {
  const main = attribute.subAttributes?.find(({ name }) => name === 'value' || name === 'formatted');
  const filler = attribute.multiValued && main ? { [main.name]: SAMPLES[main.type]?.[0] } : {};
  const object = sub ? { ...filler, [sub.name]: value } : value;
  const own = { [attribute.name]: attribute.multiValued ? [object] : object };
  return urn ? { [urn]: own } : own;
}

/** The value of a leaf in a resource, of the first element where there are several. */
export function leafValue({ urn, attribute, sub }: Leaf, resource: Record<string, unknown>): unknown {
  const container = (urn ? resource[urn] : resource) as Record<string, unknown> | undefined;
  const value = container?.[attribute.name];
  if (!sub) return value;
  return (([value].flat()[0] ?? {}) as Record<string, unknown>)[sub.name];
}

/** Attributes of every resource, which no schema declares (RFC 7643 section 3.1). */
const COMMON = ['schemas', 'id', 'externalId', 'meta'];

/** Holds that a resource carries nothing that the schemas it names do not declare, lists where they say so, and no others. */
export function expectDeclared(resource: Record<string, unknown>, schemas: readonly DeclaredSchema[]): void {
  const named = resource['schemas'] as string[];
  const [core, ...extensions] = named.map((urn) => schemas.find(({ id }) => id === urn));
  expect(core, `the schema of ${JSON.stringify(named)}`).toBeDefined();
  const rest = Object.entries(resource).filter(([name]) => !COMMON.includes(name) && !named.includes(name));
  expectAttributes(Object.fromEntries(rest), core?.attributes ?? [], core?.id ?? '');
  for (const schema of extensions) {
    expect(schema, `the extensions of ${JSON.stringify(named)}`).toBeDefined();
    // A projection may have taken the extension out.
    if (schema) expectAttributes(resource[schema.id] ?? {}, schema.attributes, schema.id);
  }
}

function expectAttributes(value: object, attributes: readonly Declared[], at: string): void {
  for (const [name, inner] of Object.entries(value)) {
    const attribute = attributes.find((known) => known.name === name);
    expect(attribute, `${at}.${name} is declared`).toBeDefined();
    expect(Array.isArray(inner), `${at}.${name} is a list`).toBe(attribute?.multiValued);
    for (const one of [inner].flat()) {
      if (attribute?.subAttributes) expectAttributes(one as object, attribute.subAttributes, `${at}.${name}`);
      else expect(typeof one, `${at}.${name}`).toBe(attribute?.type === 'boolean' ? 'boolean' : 'string');
    }
  }
}
