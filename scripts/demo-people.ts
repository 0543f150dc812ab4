// The people of the demo portal: obvious examples, the same ones on every machine.
import { systemSources } from '../src/env.ts';
import { randomId } from '../src/random-id.ts';
import { fold } from '../src/scim/fold.ts';

const GIVEN = [
  'Ada',
  'Ben',
  'Chen',
  'Dina',
  'Emil',
  'Fatou',
  'Goran',
  'Hana',
  'Ines',
  'Jonas',
  'Kofi',
  'Lena',
  'Mateo',
];
const FAMILY = ['Example', 'Sample', 'Specimen', 'Muster', 'Demo', 'Placeholder', 'Ejemplo', 'Exemple', 'Tester'];
const TITLES = ['Engineer', 'Account Manager', 'Paralegal', 'Nurse', 'Controller'];

/** A demo user as its row needs it; `number` counts from 1. */
export interface DemoPerson {
  readonly number: number;
  readonly id: string;
  readonly userName: string;
  readonly userNameKey: string;
  readonly externalId: string;
  readonly givenName: string;
  readonly familyName: string;
  /** JSON: the rest of the SCIM resource. */
  readonly attributes: string;
}

/** What the portal's policy says of ids. */
type UserId = 'user_name' | 'opaque';

/** The demo users numbered `from` to `to`, both included. */
export function demoPeople(from: number, to: number, userId: UserId): DemoPerson[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => person(from + index, userId));
}

function person(number: number, userId: UserId): DemoPerson {
  const digits = String(number).padStart(3, '0');
  const userName = `user${digits}@acme.example`;
  const pick = (list: readonly string[], step: number) => list[Math.floor(number / step) % list.length] ?? 'Example';
  return {
    number,
    id: userId === 'opaque' ? randomId(systemSources) : fold(userName),
    userNameKey: fold(userName),
    userName,
    externalId: `demo-${digits}`,
    givenName: pick(GIVEN, 1),
    familyName: pick(FAMILY, 2),
    attributes: JSON.stringify({
      title: pick(TITLES, 3),
      emails: [{ value: userName, type: 'work', primary: true }],
    }),
  };
}
