import { describe, expect, it } from 'vitest';
import { add, type Case, EMAILS, home, patched, remove, replace, work } from './patching.ts';

describe('multi-valued attributes', () => {
  it.each<Case>([
    ['add appends', EMAILS, add('emails', [{ value: 'c@x' }]), { emails: [work, home, { value: 'c@x' }] }],
    ['add makes the list', {}, add('emails', 'c@x'), { emails: [{ value: 'c@x' }] }],
    [
      'add repeats nothing',
      EMAILS,
      add('emails', [{ value: 'B@x', type: 'HOME' }]),
      { emails: [work, { value: 'B@x', type: 'HOME' }] },
    ],
    ['add repeats nothing it says twice', {}, add('emails', ['c@x', 'C@X']), { emails: [{ value: 'C@X' }] }],
    [
      'add completes what is there',
      EMAILS,
      add('emails', [{ ...home, display: 'B' }]),
      { emails: [work, { ...home, display: 'B' }] },
    ],
    [
      'add tells values of two types apart',
      EMAILS,
      add('emails', [{ value: 'a@x', type: 'home' }]),
      { emails: [work, home, { value: 'a@x', type: 'home' }] },
    ],
    [
      'add repeats no address',
      { addresses: [{ country: 'NL', type: 'work' }] },
      add('addresses', [{ country: 'nl', type: 'work' }]),
      { addresses: [{ country: 'nl', type: 'work' }] },
    ],
    ['add of nothing changes nothing', EMAILS, add('emails', []), EMAILS],
    ['add of null changes nothing', EMAILS, add('emails', null), EMAILS],
    [
      'add of a primary ends the other, also where the other is added again',
      EMAILS,
      add('emails', [
        { value: 'a@x', type: 'work' },
        { value: 'c@x', primary: true },
      ]),
      { emails: [{ ...work, primary: false }, home, { value: 'c@x', primary: true }] },
    ],
    [
      'add of a primary ends the other',
      EMAILS,
      add('emails', [{ value: 'c@x', primary: 'True' }]),
      { emails: [{ ...work, primary: false }, home, { value: 'c@x', primary: true }] },
    ],
    ['replace replaces the list', EMAILS, replace('emails', [{ value: 'c@x' }]), { emails: [{ value: 'c@x' }] }],
    ['replace with [] empties', EMAILS, replace('emails', []), {}],
    ['replace with null empties', EMAILS, replace('emails', null), {}],
    ['remove empties', EMAILS, remove('emails'), {}],
    [
      'remove of listed values keeps the others',
      EMAILS,
      { op: 'remove', path: 'emails', value: [{ value: 'A@x', display: 'stale' }] },
      { emails: [home] },
    ],
    [
      'remove of a listed value heeds its type',
      EMAILS,
      { op: 'remove', path: 'emails', value: [{ value: 'a@x', type: 'home' }] },
      EMAILS,
    ],
    [
      'remove of a listed address wants all of it',
      { addresses: [{ country: 'NL' }, { country: 'NL', locality: 'D' }] },
      { op: 'remove', path: 'addresses', value: { country: 'nl' } },
      { addresses: [{ country: 'NL', locality: 'D' }] },
    ],
    [
      'a part without filter is set on all',
      { roles: [{ value: 'a' }, { value: 'b' }] },
      replace('roles.type', 't'),
      {
        roles: [
          { value: 'a', type: 't' },
          { value: 'b', type: 't' },
        ],
      },
    ],
    ['a part without filter makes the first value', {}, replace('emails.value', 'c@x'), { emails: [{ value: 'c@x' }] }],
    [
      'a part without filter is removed from all',
      EMAILS,
      remove('emails.type'),
      { emails: [{ value: 'a@x', primary: true }, { value: 'b@x' }] },
    ],
    ['values of which nothing is left go', EMAILS, remove('emails.value'), {}],
  ])('%s', (_title, before, operation, after) => {
    expect(patched(before, operation)).toEqual(after);
  });
});
