import { describe, expect, it } from 'vitest';
import { matches } from '../../../../src/scim/filter/evaluate.ts';
import { parseFilter } from '../../../../src/scim/filter/parser.ts';
import type { Json } from '../../../../src/scim/json.ts';
import { attribute } from '../../../../src/scim/schema/attribute.ts';
import { accepted, codeOf, known } from '../world.ts';

const things = attribute('things', 'complex', 'Things of every type.', {
  multiValued: true,
  subAttributes: [
    attribute('value', 'string', 'Text without case.'),
    attribute('code', 'string', 'Text with case.', { caseExact: true }),
    attribute('type', 'string', 'Kind.'),
    attribute('count', 'integer', 'Count.'),
    attribute('primary', 'boolean', 'Primary.'),
    attribute('since', 'dateTime', 'Since.'),
    attribute('blob', 'binary', 'Bytes.'),
    attribute('link', 'reference', 'Link.'),
  ],
});

const FULL = {
  value: 'Bob@Example.com',
  code: 'AbC',
  type: 'work',
  count: 7,
  primary: true,
  since: '2026-01-01T12:00:00+02:00',
  blob: 'QUJD',
  link: 'https://Example.com/a',
};

const judge = (filter: string, element: Json = FULL) => matches(accepted(parseFilter(filter)), element, things);

describe('one element satisfies', () => {
  it.each([
    'type eq "work"',
    'TYPE EQ "WORK"',
    'value eq "bob@example.COM"',
    'value co "@EXAMPLE"',
    'value sw "BOB"',
    'value ew ".COM"',
    'value ne "x"',
    'value gt "alice"',
    'value ge "BOB@example.com"',
    'value le "bob@example.com"',
    'value lt "c"',
    'value co ""',
    'code eq "AbC"',
    'code ne "abc"',
    'code sw "Ab"',
    'link eq "https://Example.com/a"',
    'count eq 7',
    'count gt 6.5',
    'count ge 7',
    'count lt 8',
    'count le 7',
    'count ne 8',
    'primary eq true',
    'primary eq "True"',
    'primary ne false',
    'since eq "2026-01-01T10:00:00Z"',
    'since gt "2026-01-01T09:59:59.999Z"',
    'since lt "2026-01-01T10:00:01Z"',
    'since sw "2026-01-01"',
    'blob eq "QUJD"',
    'blob sw "QU"',
    'type pr',
    'type ne null',
    'type eq "work" and value co "@example"',
    'type eq "home" or value co "@example"',
    'not (type eq "home")',
    'not (unknown pr)',
    'unknown ne "x"',
    'unknown eq null',
    'type.sub eq null',
  ])('%s', (filter) => {
    expect(accepted(judge(filter))).toBe(true);
  });

  it('a number where text is kept compares as text', () => {
    expect(accepted(judge('value eq 42', { value: '42' }))).toBe(true);
  });

  it('NFKC and full lower case decide for text without case', () => {
    expect(accepted(judge('value eq "ﬁle"', { value: 'FILE' }))).toBe(true);
    expect(accepted(judge('value eq "\u212A"', { value: 'k' }))).toBe(true);
  });

  it('text is ordered by code point, as SQLite orders it', () => {
    expect(accepted(judge('code gt "\uffff"', { code: '\u{1f600}' }))).toBe(true);
    expect(accepted(judge('code gt "\u{1f600}"', { code: '\u{1f601}' }))).toBe(true);
    expect(accepted(judge('code gt "a"', { code: 'ab' }))).toBe(true);
  });
});

describe('one element does not satisfy', () => {
  it.each([
    'type eq "home"',
    'code eq "abc"',
    'code co "BC"',
    'link eq "https://example.com/a"',
    'value eq ""',
    'count gt 7',
    'primary eq false',
    'primary eq "FALSE"',
    'type eq null',
    'type eq "work" and value co "@other"',
    'not (type pr)',
    'unknown pr',
    'unknown eq "x"',
    'unknown gt "a"',
    'unknown ne null',
    'urn:a:b:type eq "work"',
    'type.type eq "work"',
    'constructor pr',
    'toString pr',
  ])('%s', (filter) => {
    expect(accepted(judge(filter))).toBe(false);
  });
});

it('a value that is absent, null or empty satisfies ne, "eq null" and nothing else', () => {
  for (const element of [{}, { type: null }, { type: '' }]) {
    expect(accepted(judge('type ne "work"', element))).toBe(true);
    expect(accepted(judge('type eq null', element))).toBe(true);
    for (const operator of ['eq', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']) {
      expect(accepted(judge(`type ${operator} "work"`, element))).toBe(false);
    }
    expect(accepted(judge('type pr', element))).toBe(false);
  }
});

describe('a comparison without meaning is refused, also where the element would not decide it', () => {
  it.each([
    'primary gt true',
    'primary co "t"',
    'primary eq "yes"',
    'primary eq 1',
    'count co 7',
    'count eq "7"',
    'since gt 5',
    'since gt "yesterday"',
    'since eq true',
    'blob gt "QUJD"',
    'blob eq 5',
    'value eq true',
    'value co null',
    'value gt null',
    'type eq "home" and primary gt true',
    'type pr or primary gt true',
    'not (primary gt true)',
  ])('%s', (filter) => {
    expect(codeOf(judge(filter))).toBe('invalid_filter');
  });

  it('a value filter in a value filter, which only a made-up tree can hold', () => {
    const attributeRef = { urn: undefined, name: 'type', sub: undefined };
    const inner = { kind: 'present', attribute: attributeRef } as const;
    expect(codeOf(matches({ kind: 'valuePath', attribute: attributeRef, filter: inner }, FULL, things))).toBe(
      'invalid_filter',
    );
  });
});

it('the values of an attribute without parts are called "value"', () => {
  const tags = attribute('tags', 'string', 'Tags.', { multiValued: true });
  expect(accepted(matches(accepted(parseFilter('value eq "A"')), 'a', tags))).toBe(true);
  expect(accepted(matches(accepted(parseFilter('type eq "a"')), 'a', tags))).toBe(false);
});

it("works on the user's own attributes", () => {
  const filter = accepted(parseFilter('type eq "work" and primary eq "True"'));
  expect(accepted(matches(filter, { type: 'Work', primary: true }, known('roles')))).toBe(true);
});
