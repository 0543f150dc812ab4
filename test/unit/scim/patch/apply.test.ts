import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/scim/json.ts';
import { applyPatch } from '../../../../src/scim/patch/apply.ts';
import { CORE, codeOf, ENTERPRISE, PORTAL, refused, USER } from '../world.ts';
import { add, type Case, EMAILS, home, namedBy, patch, patched, remove, replace, work } from './patching.ts';

describe('a path to a read-only attribute is refused and named, whatever the operation', () => {
  it.each([
    ['id', 'id'],
    ['ID', 'id'],
    [`${CORE}:id`, 'id'],
    ['meta', 'meta'],
    ['meta.created', 'meta.created'],
    ['Meta.Location', 'meta.location'],
    ['groups', 'groups'],
    ['groups[value eq "g"]', 'groups'],
    ['groups.display', 'groups.display'],
    ['userLastLoggedInTimeStamp', 'userLastLoggedInTimeStamp'],
    [`${ENTERPRISE}:manager.displayName`, 'manager.displayName'],
  ])('%s', (path, name) => {
    for (const operation of [add(path, 'x'), replace(path, 'x'), remove(path)]) {
      const failure = refused(patch({}, operation));
      expect(failure.code).toBe('read_only_attribute');
      expect(failure.detail).toContain(`${name}"`);
    }
  });

  it('without a path they are ignored', () => {
    const value = {
      id: 'x',
      'meta.created': 'x',
      groups: 5,
      [`${CORE}:id`]: 'x',
      [ENTERPRISE]: { 'manager.displayName': 'x' },
      title: 't',
    };
    expect(patched({}, { op: 'replace', value })).toEqual({ title: 't' });
  });
});

describe('operations without path', () => {
  it.each<Case>([
    [
      'add merges and appends',
      { ...EMAILS, title: 'a' },
      { op: 'add', value: { title: 'b', emails: ['c@x'], nickName: 'n' } },
      { title: 'b', nickName: 'n', emails: [work, home, { value: 'c@x' }] },
    ],
    ['replace replaces lists', EMAILS, { op: 'replace', value: { emails: ['c@x'] } }, { emails: [{ value: 'c@x' }] }],
    [
      'filters work as keys',
      EMAILS,
      { op: 'replace', value: { 'emails[type eq "home"].value': 'c@x', 'ims[type eq "x"].value': 'i' } },
      { emails: [work, { ...home, value: 'c@x' }], ims: [{ value: 'i', type: 'x' }] },
    ],
    [
      'unknown and unreadable keys are skipped',
      { title: 'a' },
      { op: 'add', value: { 'first name': 'x', '[': 'x', colour: 1, '': 2, 'urn:x:1.0:User': {} } },
      { title: 'a' },
    ],
    [
      'a URN key with null removes the extension',
      { [PORTAL]: { isAdmin: true } },
      { op: 'replace', value: { [PORTAL]: null } },
      {},
    ],
  ])('%s', (_title, before, operation, after) => {
    expect(patched(before, operation)).toEqual(after);
  });

  it.each<Json>(['text', 5, true, null, [], [{ title: 'x' }]])('a value that is %j is refused', (value) => {
    expect(codeOf(patch({}, { op: 'replace', value }))).toBe('invalid_value');
  });

  it.each<[string, Json]>([
    [ENTERPRISE, 'text'],
    [ENTERPRISE, ['x']],
    [CORE, 5],
  ])('%s must hold an object', (path, value) => {
    expect(codeOf(patch({}, add(path, value)))).toBe('invalid_value');
    expect(codeOf(patch({}, { op: 'add', value: { [path]: value } }))).toBe('invalid_value');
  });
});

describe('operations that cannot be carried out are refused', () => {
  it.each<[Json, string]>([
    [replace('active', 'maybe'), 'invalid_value'],
    [replace('title', { a: 1 }), 'invalid_value'],
    [replace('name', 'text'), 'invalid_value'],
    [replace('name.givenName', []), 'invalid_value'],
    [replace('emails', [['x']]), 'invalid_value'],
    [replace('emails[type eq "work"]', ['a', 'b']), 'invalid_value'],
    [{ op: 'remove', path: 'emails', value: true }, 'invalid_value'],
    [replace('emails[', 'x'), 'invalid_path'],
    [replace('name[givenName eq "x"]', 'x'), 'invalid_path'],
    [remove(CORE), 'no_target'],
    [{ op: 'replace', value: { active: 'maybe' } }, 'invalid_value'],
    [{ op: 'replace', value: { 'emails[value co "x"].value': 'y' } }, 'no_target'],
  ])('%j', (operation, code) => {
    expect(codeOf(patch({}, operation))).toBe(code);
  });

  it('a remove without path is no target, also where it did not come through readPatch', () => {
    expect(codeOf(applyPatch(USER, {}, [{ op: 'remove', path: undefined, value: undefined }]))).toBe('no_target');
  });
});

describe('named lists what was addressed, by canonical names', () => {
  it.each<[Json, string[]]>([
    [replace('ACTIVE', true), ['active']],
    [replace('name.givenName', null), ['name.givenName']],
    [replace('name', { givenName: 'x' }), ['name', 'name.givenName']],
    [remove('name'), ['name']],
    [replace('emails[type eq "work"].value', 'x'), ['emails']],
    [remove('emails'), ['emails']],
    [add('emails', 'x'), ['emails']],
    [replace(`${ENTERPRISE}:manager`, 'x'), [`${ENTERPRISE}:manager`]],
    [remove(ENTERPRISE), [ENTERPRISE]],
    [{ op: 'add', value: { [PORTAL]: { isAdmin: true } } }, [PORTAL, `${PORTAL}:isAdmin`]],
    [{ op: 'add', value: { id: 'x', password: 'y', colour: 'z' } }, []],
  ])('%j', (operation, names) => {
    expect(namedBy(operation)).toEqual(names);
  });
});

describe('the outcome', () => {
  it('of a PATCH that changes nothing is the same resource in the same order', () => {
    const before = {
      externalId: 'e',
      userName: 'u',
      name: { familyName: 'F', givenName: 'G' },
      ...EMAILS,
      [ENTERPRISE]: { division: 'D' },
    };
    const after = patched(
      before,
      replace('name.familyName', 'F'),
      replace('emails', [{ primary: true, type: 'work', value: 'a@x' }, home]),
      {
        op: 'replace',
        value: { [ENTERPRISE]: { division: 'D' }, userName: 'u' },
      },
    );
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  it('keeps what an earlier table stored', () => {
    const stored = { title: 'a', 'urn:switched-off:User': { isAdmin: true }, oldAttribute: [{}] };
    expect(patched(stored, remove('title'))).toEqual({
      'urn:switched-off:User': { isAdmin: true },
      oldAttribute: [{}],
    });
  });
});
