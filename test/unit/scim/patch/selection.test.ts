import { describe, expect, it } from 'vitest';
import { codeOf } from '../world.ts';
import { add, type Case, EMAILS, home, patch, patched, remove, replace, work } from './patching.ts';

describe('values selected by a filter', () => {
  it.each<Case>([
    [
      'replace sets a part',
      EMAILS,
      replace('emails[type eq "home"].value', 'c@x'),
      { emails: [work, { ...home, value: 'c@x' }] },
    ],
    [
      'add sets a part',
      EMAILS,
      add('emails[type eq "home"].display', 'B'),
      { emails: [work, { ...home, display: 'B' }] },
    ],
    [
      '"" removes a part',
      EMAILS,
      replace('emails[type eq "work"].primary', ''),
      { emails: [{ value: 'a@x', type: 'work' }, home] },
    ],
    [
      'null removes a part',
      EMAILS,
      add('emails[type eq "work"].primary', null),
      { emails: [{ value: 'a@x', type: 'work' }, home] },
    ],
    ['a value without content goes', EMAILS, replace('emails[type eq "home"].value', ''), { emails: [work] }],
    ['"" of what is not there makes nothing', EMAILS, replace('emails[type eq "other"].value', ''), EMAILS],
    [
      'null of what is not there makes nothing, whatever the filter',
      EMAILS,
      replace('emails[type co "other"].value', null),
      EMAILS,
    ],
    [
      'several are set at once',
      EMAILS,
      replace('emails[value ew "@x"].display', 'D'),
      {
        emails: [
          { ...work, display: 'D' },
          { ...home, display: 'D' },
        ],
      },
    ],
    [
      'primary moves',
      EMAILS,
      replace('emails[type eq "home"].primary', true),
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'primary false is just set',
      EMAILS,
      replace('emails[type eq "work"].primary', 'False'),
      { emails: [{ ...work, primary: false }, home] },
    ],
    [
      'a made value may be primary',
      EMAILS,
      add('emails[type eq "other" and primary eq true].value', 'c@x'),
      { emails: [{ ...work, primary: false }, home, { value: 'c@x', type: 'other', primary: true }] },
    ],
    [
      'replace of a whole value replaces all of it but what the filter says',
      EMAILS,
      replace('emails[type eq "work"]', { value: 'c@x' }),
      { emails: [{ value: 'c@x', type: 'work' }, home] },
    ],
    [
      'replace of a whole value may change what the filter said',
      EMAILS,
      replace('emails[type eq "home"]', { value: 'c@x', type: 'other' }),
      { emails: [work, { value: 'c@x', type: 'other' }] },
    ],
    [
      'replace of a whole value takes a bare text',
      EMAILS,
      replace('emails[type eq "home"]', 'c@x'),
      { emails: [work, { value: 'c@x', type: 'home' }] },
    ],
    [
      'replace of a whole value takes a list of one',
      EMAILS,
      replace('emails[type eq "home"]', [{ value: 'c@x' }]),
      { emails: [work, { value: 'c@x', type: 'home' }] },
    ],
    ['replace with null removes it', EMAILS, replace('emails[type eq "home"]', null), { emails: [work] }],
    [
      'replace makes it',
      {},
      replace('emails[type eq "work"]', { value: 'c@x' }),
      { emails: [{ value: 'c@x', type: 'work' }] },
    ],
    [
      'add completes a whole value',
      EMAILS,
      add('emails[type eq "work"]', { display: 'A' }),
      { emails: [{ ...work, display: 'A' }, home] },
    ],
    [
      'add with null in it removes that part',
      EMAILS,
      add('emails[type eq "work"]', { primary: null }),
      { emails: [{ value: 'a@x', type: 'work' }, home] },
    ],
    ['add of null changes nothing', EMAILS, add('emails[type eq "work"]', null), EMAILS],
    ['remove takes the selected away', EMAILS, remove('emails[type eq "work"]'), { emails: [home] }],
    ['remove of none succeeds', EMAILS, remove('emails[type eq "other"]'), EMAILS],
    ['remove on nothing succeeds', {}, remove('emails[type eq "other"].value'), {}],
    [
      'remove takes a part away',
      EMAILS,
      remove('emails[primary eq true].type'),
      { emails: [{ value: 'a@x', primary: true }, home] },
    ],
    ['not and or select', EMAILS, remove('emails[not (type eq "work") or value eq "zzz"]'), { emails: [work] }],
    ['ne selects what has no such part', { roles: [{ value: 'a' }] }, remove('roles[type ne "x"]'), {}],
    ['a filter on an unknown part selects nothing', EMAILS, remove('emails[colour eq "blue"]'), EMAILS],
  ])('%s', (_title, before, operation, after) => {
    expect(patched(before, operation)).toEqual(after);
  });

  it.each([
    ['emails[type ne "work"].value', 'no_target'],
    ['emails[colour eq "blue"].value', 'no_target'],
    ['emails[type eq "a" and type eq "b"].value', 'no_target'],
    ['emails[type eq ""].value', 'no_target'],
    ['emails[primary gt true].value', 'invalid_filter'],
    ['emails[type eq true].value', 'invalid_filter'],
  ])('%s cannot be made: %s', (path, code) => {
    expect(codeOf(patch({}, add(path, 'x')))).toBe(code);
    expect(codeOf(patch({}, replace(path, 'x')))).toBe(code);
  });

  it('two primaries at once are refused', () => {
    expect(codeOf(patch(EMAILS, replace('emails.primary', true)))).toBe('invalid_value');
    expect(codeOf(patch({}, add('emails', [work, { ...home, primary: true }])))).toBe('invalid_value');
  });
});
