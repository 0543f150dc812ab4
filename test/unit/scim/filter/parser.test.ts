import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeRef, CompareOperator, Filter, FilterValue } from '../../../../src/scim/filter/ast.ts';
import { parseFilter } from '../../../../src/scim/filter/parser.ts';
import { accepted, refused } from '../world.ts';
import { anyFilter, printFilter } from './print-filter.ts';

const ref = (name: string, sub?: string, urn?: string): AttributeRef => ({ urn, name, sub });
const compare = (attribute: AttributeRef, operator: CompareOperator, value: FilterValue): Filter => ({
  kind: 'compare',
  attribute,
  operator,
  value,
});
const eq = (name: string, value: FilterValue) => compare(ref(name), 'eq', value);
const present = (name: string): Filter => ({ kind: 'present', attribute: ref(name) });
const and = (...terms: Filter[]): Filter => ({ kind: 'and', terms });
const or = (...terms: Filter[]): Filter => ({ kind: 'or', terms });
const not = (term: Filter): Filter => ({ kind: 'not', term });
const path = (name: string, filter: Filter): Filter => ({ kind: 'valuePath', attribute: ref(name), filter });

const URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
const [a, b, c, d] = [present('a'), present('b'), present('c'), present('d')];

const MEANINGS: readonly (readonly [string, Filter])[] = [
  // The examples of RFC 7644, figure 2.
  ['userName eq "bjensen"', eq('userName', 'bjensen')],
  ['name.familyName co "O\'Malley"', compare(ref('name', 'familyName'), 'co', "O'Malley")],
  ['userName sw "J"', compare(ref('userName'), 'sw', 'J')],
  [`${URN}:userName sw "J"`, compare(ref('userName', undefined, URN), 'sw', 'J')],
  ['title pr', present('title')],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', compare(ref('meta', 'lastModified'), 'gt', '2011-05-13T04:42:34Z')],
  ['meta.lastModified ge "x"', compare(ref('meta', 'lastModified'), 'ge', 'x')],
  ['meta.lastModified lt "x"', compare(ref('meta', 'lastModified'), 'lt', 'x')],
  ['meta.lastModified le "x"', compare(ref('meta', 'lastModified'), 'le', 'x')],
  ['title pr and userType eq "Employee"', and(present('title'), eq('userType', 'Employee'))],
  ['title pr or userType eq "Intern"', or(present('title'), eq('userType', 'Intern'))],
  ['schemas eq "urn:x:2.0:User"', eq('schemas', 'urn:x:2.0:User')],
  [
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    and(
      eq('userType', 'Employee'),
      or(compare(ref('emails'), 'co', 'example.com'), compare(ref('emails', 'value'), 'co', 'example.org')),
    ),
  ],
  [
    'userType ne "Employee" and not (emails co "x")',
    and(compare(ref('userType'), 'ne', 'Employee'), not(compare(ref('emails'), 'co', 'x'))),
  ],
  [
    'userType eq "Employee" and (emails.type eq "work")',
    and(eq('userType', 'Employee'), compare(ref('emails', 'type'), 'eq', 'work')),
  ],
  [
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    and(
      eq('userType', 'Employee'),
      path('emails', and(eq('type', 'work'), compare(ref('value'), 'co', '@example.com'))),
    ),
  ],
  [
    'emails[type eq "work"] or ims[type eq "xmpp" and value co "@foo.com"]',
    or(
      path('emails', eq('type', 'work')),
      path('ims', and(eq('type', 'xmpp'), compare(ref('value'), 'co', '@foo.com'))),
    ),
  ],
  // Precedence.
  ['a pr or b pr and c pr', or(a, and(b, c))],
  ['a pr and b pr or c pr', or(and(a, b), c)],
  ['a pr and b pr and c pr', and(a, b, c)],
  ['(a pr or b pr) and c pr', and(or(a, b), c)],
  ['not (a pr) and b pr or c pr', or(and(not(a), b), c)],
  ['not (a pr or b pr)', not(or(a, b))],
  ['((a pr))', a],
  ['a pr or (b pr or (c pr or d pr))', or(a, or(b, or(c, d)))],
  ['x[not (a pr) and b pr or c pr]', path('x', or(and(not(a), b), c))],
  // Any case, any spacing.
  ['userName EQ "x" AND NOT(a PR) Or b Pr', or(and(eq('userName', 'x'), not(a)), b)],
  ['  userName   eq   "x"  ', eq('userName', 'x')],
  ['(a pr)and(b pr)', and(a, b)],
  ['a eq TRUE or b eq False or c eq Null', or(eq('a', true), eq('b', false), eq('c', null))],
  // Literals.
  ['a eq true', eq('a', true)],
  ['a eq false', eq('a', false)],
  ['a eq null', eq('a', null)],
  ['a eq 0', eq('a', 0)],
  ['a eq -12.5e+3', eq('a', -12500)],
  ['a eq ""', eq('a', '')],
  ['a eq "\\"\\\\\\/\\u00e9\\n"', eq('a', '"\\/é\n')],
  ['a eq ") or (b pr"', eq('a', ') or (b pr')],
  ['a eq "日本 😀"', eq('a', '日本 😀')],
  // Names.
  [`${URN}:name.givenName eq "x"`, compare(ref('name', 'givenName', URN), 'eq', 'x')],
  ['URN:a:2.0:B:c.d pr', { kind: 'present', attribute: ref('c', 'd', 'URN:a:2.0:B') }],
  [
    `${URN}:emails[type eq "work"]`,
    { kind: 'valuePath', attribute: ref('emails', undefined, URN), filter: eq('type', 'work') },
  ],
  ['members.$ref eq "x"', compare(ref('members', '$ref'), 'eq', 'x')],
  ['constructor eq "x" or proto__ pr', or(eq('constructor', 'x'), present('proto__'))],
  // Entra looks users up so where e-mail is the matching attribute.
  ['emails[type eq "work"].value eq "x@y"', path('emails', and(eq('type', 'work'), eq('value', 'x@y')))],
  ['emails[type eq "work"].value pr and a pr', and(path('emails', and(eq('type', 'work'), present('value'))), a)],
];

describe('a filter means what RFC 7644 section 3.4.2.2 says', () => {
  it.each(MEANINGS)('%s', (text, meaning) => {
    expect(accepted(parseFilter(text))).toEqual(meaning);
  });

  it('is the same tree again after printing it, for random trees', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(accepted(parseFilter(printFilter(filter)))).toEqual(filter);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is no filter is refused, saying where and what was expected', () => {
  it.each([
    ['', 'character 1: expected the name'],
    ['   ', 'expected the name'],
    ['userName', 'character 9: expected an operator'],
    ['userName is "x"', 'character 10: expected an operator'],
    ['userName eq', 'character 12: expected a value'],
    ['userName eq bob', 'text in double quotes'],
    ["userName eq 'bob'", 'not in single ones'],
    ['userName eq "bob', 'no closing double quote'],
    ['userName eq "bob\\"', 'no closing double quote'],
    ['userName eq "\\x"', 'not a valid JSON string'],
    ['userName eq "a\nb"', 'not a valid JSON string'],
    ['userName eq "\\u0000"', 'not a valid JSON string'],
    ['userName eq "\\ud800"', 'not a valid JSON string'],
    ['userName eq 007', 'expected a value'],
    ['userName eq 1.', 'expected a value'],
    ['userName eq 1e999', 'expected a value'],
    ['userName eq NaN', 'expected a value'],
    ['userName eq "x" "y"', 'expected "and", "or" or the end'],
    ['userName eq "x" and', 'expected the name'],
    ['and userName eq "x"', 'expected an operator'],
    ['userName pr or or title pr', 'expected an operator'],
    ['(userName pr', '")"'],
    ['userName pr)', 'expected "and", "or" or the end'],
    ['()', 'expected the name'],
    ['not userName pr', 'expected "(" after "not"'],
    ['emails[type eq "work"', '"]"'],
    ['emails[]', 'expected the name'],
    ['emails[type eq "work")', '"]"'],
    ['a[b[c pr]]', 'cannot hold another'],
    ['a[b pr].c', 'expected an operator'],
    ['a.b.c pr', 'not the name of an attribute'],
    ['.a pr', 'not the name of an attribute'],
    ['a. pr', 'not the name of an attribute'],
    ['9a pr', 'not the name of an attribute'],
    ['a:b pr', 'not the name of an attribute'],
    ['urn: pr', 'not the name of an attribute'],
    ['urn:a pr', 'not the name of an attribute'],
    ['urn:a:2.0 pr', 'not the name of an attribute'],
    ['_a pr', 'not the name of an attribute'],
    ['"userName" eq "x"', 'expected the name'],
    ['userName = "x"', 'not allowed here'],
    ['userName eq "x"; drop table users', 'not allowed here'],
    ['üser pr', 'not allowed here'],
  ])('%s', (text, sentence) => {
    const failure = refused(parseFilter(text));
    expect(failure.code).toBe('invalid_filter');
    expect(failure.detail).toContain(sentence);
  });

  it('does not repeat the values of the filter', () => {
    expect(refused(parseFilter('password eq hunter2')).detail).not.toContain('hunter2');
  });

  it('never throws, whatever the text', () => {
    const parts = [
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      ' ',
      'not ',
      ' and ',
      ' or ',
      'a',
      '.',
      ' eq ',
      ' pr',
      '1',
      'urn:',
      ':',
      'true',
      '\0',
      'é',
    ];
    const pieces = fc.array(fc.constantFrom(...parts), { maxLength: 60 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const result = parseFilter(text);
        if (!result.ok) expect(result.failure.code).toBe('invalid_filter');
      }),
      { numRuns: 1000 },
    );
  });
});
