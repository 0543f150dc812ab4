// The people of the demo portal: obvious examples, the same ones on every machine.
import { ADMIN_ROLE } from '../src/directory/admin-role.ts';
import type { Policy } from '../src/directory/policy.ts';
import { systemSources } from '../src/env.ts';
import { randomId } from '../src/random-id.ts';
import { fold } from '../src/scim/fold.ts';
import { ENTERPRISE_USER } from '../src/scim/schema/enterprise-user.ts';

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
  /** Never `admin`: demo people come and go. */
  readonly role: string;
  readonly team: string | null;
  /** JSON: the rest of the SCIM resource. */
  readonly attributes: string;
}

/** The teams of a demo portal whose policy puts users into teams by their division. */
export const DEMO_TEAMS = ['Sales', 'Marketing', 'Customer Success'];

/** The demo users numbered `from` to `to`, both included. */
export function demoPeople(from: number, to: number, policy: Policy): DemoPerson[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => person(from + index, policy));
}

function person(number: number, policy: Policy): DemoPerson {
  const digits = String(number).padStart(3, '0');
  const userName = `user${digits}@acme.example`;
  const pick = (list: readonly string[], step: number) => list[Math.floor(number / step) % list.length] ?? 'Example';
  const roles = policy.roles.filter((role) => role !== ADMIN_ROLE);
  const team = policy.teamBy === 'division' ? pick(DEMO_TEAMS, 1) : null;
  return {
    number,
    id: policy.userId === 'opaque' ? randomId(systemSources) : fold(userName),
    userNameKey: fold(userName),
    userName,
    externalId: `demo-${digits}`,
    givenName: pick(GIVEN, 1),
    familyName: pick(FAMILY, 2),
    role: roles[number % 4] ?? policy.defaultRole,
    team,
    attributes: JSON.stringify({
      title: pick(TITLES, 3),
      emails: [{ value: userName, type: 'work', primary: true }],
      ...(team === null ? {} : { [ENTERPRISE_USER]: { division: team } }),
    }),
  };
}
