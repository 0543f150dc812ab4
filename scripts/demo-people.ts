// The people of the demo portal: obvious examples, the same ones on every machine.
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
  readonly externalId: string;
  readonly givenName: string;
  readonly familyName: string;
  /** JSON: the rest of the SCIM resource. */
  readonly attributes: string;
}

/** The demo users numbered `from` to `to`, both included. */
export function demoPeople(from: number, to: number): DemoPerson[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => person(from + index));
}

function person(number: number): DemoPerson {
  const digits = String(number).padStart(3, '0');
  const userName = `user${digits}@acme.example`;
  const pick = (list: readonly string[], step: number) => list[Math.floor(number / step) % list.length] ?? 'Example';
  return {
    number,
    // The id as the default preset has it.
    id: fold(userName),
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
