// The example people a simulation provisions. Every run has user names of its own, so that it can be repeated on the
// same portal; the plus sign in them is deliberate, because clients and servers like to lose it.
import { randomBytes } from 'node:crypto';

export interface Names {
  readonly givenName: string;
  readonly familyName: string;
}

export interface Person {
  readonly userName: string;
  /** The identity provider's own id of the person. */
  readonly externalId: string;
  readonly created: Names;
  readonly renamed: Names;
  readonly renamedAgain: Names;
}

const givenNames = ['Jane', 'Sam', 'Alex', 'Robin', 'Kim', 'Noor', 'Ines', 'Omar'] as const;

/** A short mark that no earlier run has used: the time in base 36 and two random bytes. */
export function newRunId(): string {
  return `${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
}

/** `count` people of one run; the first is `jane.example+<run>@acme.example`. */
export function inventPeople(runId: string, count: number, newExternalId: () => string): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const givenName = givenNames[index % givenNames.length] ?? 'Jane';
    const mark = index === 0 ? runId : `${runId}-${index + 1}`;
    return {
      userName: `${givenName.toLowerCase()}.example+${mark}@acme.example`,
      externalId: newExternalId(),
      created: { givenName, familyName: 'Example' },
      renamed: { givenName, familyName: 'Example-Smith' },
      renamedAgain: { givenName: `${givenName} Zoë`, familyName: "O'Example" },
    };
  });
}

export function fullName(names: Names): string {
  return `${names.givenName} ${names.familyName}`;
}
