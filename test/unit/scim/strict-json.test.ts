import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../../src/scim/strict-json.ts';
import { accepted, codeOf, refused, within } from './world.ts';

describe('valid JSON is read as JSON.parse reads it', () => {
  it.each([
    '{}',
    ' [1, -2.5e3, true, false, null, ""] ',
    '{"a":{"b":[{"c":"d"}]},"e":"\\u00e9\\n\\"\\\\"}',
    '{"a":{"x":1},"b":{"x":2}}',
    '[{"x":1},{"x":2}]',
    '{"x":"x","y":"x"}',
    '"\\ud83d\\ude00"',
    '{"a":"{\\"b\\":1,\\"b\\":2}"}',
  ])('%s', (text) => {
    expect(accepted(parseStrictJson(text))).toEqual(JSON.parse(text));
  });

  it('agrees with JSON.parse on random JSON whose names differ without case', () => {
    const text = fc.json({ maxDepth: 6, stringUnit: 'grapheme' }).filter((json) => !json.includes('\\u0000'));
    fc.assert(
      fc.property(text, (json) => {
        const result = parseStrictJson(json);
        if (!result.ok) expect(result.failure.detail).toContain('more than once');
        else expect(result.value).toEqual(JSON.parse(json));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a member called __proto__ as data, without touching any prototype', () => {
    const value = accepted(parseStrictJson('{"__proto__":{"isAdmin":true}}'));
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });
});

describe('names that are equal in lower case are refused and named', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"active":true,"Active":false}', 'Active'],
    ['{"x":[{"y":{"userName":1,"b":2,"USERNAME":3}}]}', 'USERNAME'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"a" \n:1,"a"\t:2}', 'a'],
    ['{"\u212A":1,"k":2}', 'k'],
    ['{"__proto__":1,"__PROTO__":2}', '__PROTO__'],
    ['{"a":{"b":1},"a":2}', 'a'],
  ])('%s', (text, name) => {
    const failure = refused(parseStrictJson(text));
    expect(failure.code).toBe('invalid_syntax');
    expect(failure.detail).toContain(JSON.stringify(name));
  });
});

describe('nesting ends at 32 levels', () => {
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it('reads 32 levels', () => {
    expect(parseStrictJson(lists(32)).ok).toBe(true);
    expect(parseStrictJson(objects(32)).ok).toBe(true);
  });

  it.each([33, 10_000, 1_000_000])('refuses %d levels at once', (depth) => {
    for (const text of [lists(depth), objects(depth), '['.repeat(depth)]) {
      const failure = within(50, () => refused(parseStrictJson(text)));
      expect(failure).toMatchObject({ code: 'invalid_syntax', detail: expect.stringContaining('32') });
    }
  });

  it('does not count brackets inside text', () => {
    expect(accepted(parseStrictJson(JSON.stringify('[{'.repeat(100))))).toBe('[{'.repeat(100));
  });
});

describe('text that no database keeps faithfully is refused', () => {
  it.each([
    '{"a":"\\u0000"}',
    '{"a\\u0000":1}',
    '["x",["\\ud800"]]',
    '{"a":{"\\udc00":1}}',
    '"\\ude00\\ud83d"',
    '{"a":"\ud800"}',
  ])('%j', (text) => {
    expect(codeOf(parseStrictJson(text))).toBe('invalid_value');
  });
});

describe('broken JSON is refused in a sentence that repeats nothing of it', () => {
  it.each([
    '{"password":"hunter2"',
    '{"password":"hunter2",}',
    '{"password":hunter2}',
    "{'password':'hunter2'}",
    '{"password":"hunter2"} x',
    '{"password":"hunter2\n"}',
    '{"hunter2":1,"\\q":2}',
    'hunter2',
  ])('%j', (text) => {
    const failure = refused(parseStrictJson(text));
    expect(failure.code).toBe('invalid_syntax');
    expect(failure.detail).toContain('not valid JSON');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('says that an empty body is empty', () => {
    expect(refused(parseStrictJson(' \n')).detail).toContain('empty');
  });

  it('says where the error is', () => {
    expect(refused(parseStrictJson('{"a":1,}')).detail).toContain('character 8');
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), jsonLike), (text) => {
        expect(typeof parseStrictJson(text).ok).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});

const jsonLike = fc
  .array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' ', '\\u0000'), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('8 MiB take no longer than a few times JSON.parse', () => {
  const size = 8 * 1024 * 1024;
  it.each([
    [
      'a full push of members',
      JSON.stringify({ members: Array.from({ length: 180_000 }, (_, i) => ({ value: `u${i}`, display: 'abc' })) }),
    ],
    ['one long text', JSON.stringify('a'.repeat(size))],
    ['escaped quotes', `"${'\\"'.repeat(size / 2)}"`],
    ['backslashes', `"${'\\\\'.repeat(size / 2)}"`],
    ['nothing but quotes', `{${'"'.repeat(size)}`],
    ['a name and spaces', `{"a"${' '.repeat(size)}`],
  ])('%s', (_title, text) => {
    within(1500, () => parseStrictJson(text));
  });
});
