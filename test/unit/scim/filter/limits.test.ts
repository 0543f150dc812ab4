import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../src/scim/filter/parser.ts';
import { refused, within } from '../world.ts';

describe('a filter has limits', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}a pr${')'.repeat(depth)}`;
  const terms = (count: number) => Array.from({ length: count }, () => 'a pr').join(' or ');
  const long = (length: number) => `a eq "${'x'.repeat(length - 7)}"`;

  it('takes 20 levels, 40 comparisons and 8,192 characters', () => {
    expect(parseFilter(nested(20)).ok).toBe(true);
    expect(parseFilter(`${'not ('.repeat(19)}a[b pr]${')'.repeat(19)}`).ok).toBe(true);
    expect(parseFilter(terms(40)).ok).toBe(true);
    expect(parseFilter(Array.from({ length: 40 }, () => '(a[b pr])').join(' and ')).ok).toBe(true);
    expect(parseFilter(long(8192)).ok).toBe(true);
  });

  it.each([
    ['21 levels', nested(21), '20 deep'],
    ['a value filter on level 21', `${'('.repeat(20)}a[b pr]${')'.repeat(20)}`, '20 deep'],
    ['41 comparisons', terms(41), '40 comparisons'],
    ['41 comparisons in a value filter', `a[${terms(41)}]`, '40 comparisons'],
    ['8,193 characters', long(8193), '8192 characters'],
  ])('refuses %s', (_title, text, sentence) => {
    const failure = refused(parseFilter(text));
    expect(failure.code).toBe('invalid_filter');
    expect(failure.detail).toContain(sentence);
  });

  it.each([
    ['open brackets', '('.repeat(10_000)],
    ['open brackets under the length limit', '('.repeat(8_000)],
    ['nested groups', nested(10_000)],
    ['nested not', `${'not ('.repeat(10_000)}a pr`],
    ['nested value filters', 'a['.repeat(10_000)],
    ['a million terms', terms(1_000_000)],
    ['quotes', '"'.repeat(8_192)],
    ['backslashes', `a eq "${'\\'.repeat(8_180)}`],
  ])('refuses 10,000 %s in milliseconds', (_title, text) => {
    expect(within(50, () => refused(parseFilter(text))).code).toBe('invalid_filter');
  });
});
