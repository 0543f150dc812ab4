import { describe, expect, it } from 'vitest';
import { CORE, ENTERPRISE } from '../world.ts';
import { type Case, patched, remove } from './patching.ts';

describe('single-valued attributes: add and replace set, "no value" and remove take away', () => {
  for (const op of ['add', 'replace']) {
    it.each<Case>([
      ['sets', {}, { op, path: 'title', value: 'x' }, { title: 'x' }],
      ['sets again', { title: 'a' }, { op, path: 'TITLE', value: 'x' }, { title: 'x' }],
      ['takes null as nothing', { title: 'a' }, { op, path: 'title', value: null }, {}],
      ['takes "" as nothing', { title: 'a' }, { op, path: 'title', value: '' }, {}],
      [
        'sets a part',
        { name: { familyName: 'F' } },
        { op, path: 'name.givenName', value: 'G' },
        { name: { familyName: 'F', givenName: 'G' } },
      ],
      ['sets the first part', {}, { op, path: 'name.givenName', value: 'G' }, { name: { givenName: 'G' } }],
      [
        'takes away a part',
        { name: { familyName: 'F', givenName: 'G' } },
        { op, path: 'name.givenName', value: '' },
        { name: { familyName: 'F' } },
      ],
      ['takes away the last part', { name: { givenName: 'G' } }, { op, path: 'name.givenName', value: null }, {}],
      [
        'merges parts',
        { name: { familyName: 'F', givenName: 'G' } },
        { op, path: 'name', value: { givenName: 'H', middleName: 'M' } },
        { name: { familyName: 'F', givenName: 'H', middleName: 'M' } },
      ],
      [
        'merges "no value" too',
        { name: { familyName: 'F', givenName: 'G' } },
        { op, path: 'name', value: { givenName: null } },
        { name: { familyName: 'F' } },
      ],
      ['takes null for the whole', { name: { familyName: 'F' } }, { op, path: 'name', value: null }, {}],
      [
        'an empty object says nothing',
        { name: { familyName: 'F' } },
        { op, path: 'name', value: {} },
        { name: { familyName: 'F' } },
      ],
      [
        'sets in an extension',
        {},
        { op, path: `${ENTERPRISE}:division`, value: 'D' },
        { [ENTERPRISE]: { division: 'D' } },
      ],
      [
        'empties an extension',
        { [ENTERPRISE]: { division: 'D' } },
        { op, path: `${ENTERPRISE}:division`, value: '' },
        {},
      ],
      [
        'sets a whole extension',
        { [ENTERPRISE]: { division: 'D' } },
        { op, path: ENTERPRISE, value: { department: 'E', unknown: 1 } },
        { [ENTERPRISE]: { division: 'D', department: 'E' } },
      ],
      [
        'takes null for a whole extension',
        { [ENTERPRISE]: { division: 'D' } },
        { op, path: ENTERPRISE, value: null },
        {},
      ],
      [
        'sets by the core URN',
        {},
        { op, path: CORE, value: { title: 'x', 'name.givenName': 'G' } },
        { title: 'x', name: { givenName: 'G' } },
      ],
      ['throws a password away', {}, { op, path: 'password', value: { any: 'thing' } }, {}],
      ['skips what no schema knows', { title: 'a' }, { op, path: 'favouriteColour', value: 'blue' }, { title: 'a' }],
      ['skips schemas', {}, { op, path: 'schemas', value: ['x'] }, {}],
      [
        'keeps userName as the decision layer will judge it',
        { userName: 'a' },
        { op, path: 'userName', value: 'b' },
        { userName: 'b' },
      ],
    ])(`${op} %s`, (_title, before, operation, after) => {
      expect(patched(before, operation)).toEqual(after);
    });
  }

  it.each<Case>([
    ['an attribute', { title: 'a', active: true }, remove('title'), { active: true }],
    ['what is not there', { active: true }, remove('title'), { active: true }],
    ['a part', { name: { familyName: 'F', givenName: 'G' } }, remove('name.givenName'), { name: { familyName: 'F' } }],
    ['the last part', { name: { familyName: 'F' } }, remove('name.familyName'), {}],
    ['a whole complex attribute', { name: { familyName: 'F' } }, remove('name'), {}],
    [
      'in an extension',
      { [ENTERPRISE]: { division: 'D', department: 'E' } },
      remove(`${ENTERPRISE}:division`),
      { [ENTERPRISE]: { department: 'E' } },
    ],
    ['a whole extension', { title: 'a', [ENTERPRISE]: { division: 'D' } }, remove(ENTERPRISE), { title: 'a' }],
    ['an attribute, whatever value is sent along', { title: 'a' }, { op: 'remove', path: 'title', value: 'b' }, {}],
    ['nothing of a password', { title: 'a' }, remove('password'), { title: 'a' }],
  ])('remove takes away %s', (_title, before, operation, after) => {
    expect(patched(before, operation)).toEqual(after);
  });
});
