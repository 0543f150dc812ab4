// The turns that every identity provider takes: sign in wrongly, look a user up, read one by id. What differs from one
// provider to the next (media types taken, how a filter is encoded) comes in as its dialect.
import { all, type Check, type ExpectedUser, finds, hasContentType, hasStatus, isUser } from './answer-checks.ts';
import type { Call } from './http-client.ts';
import type { Names } from './people.ts';
import type { Actor, Dialect, Turn } from './step.ts';

/** Which of a user's names the server must answer; none while the user is inactive. */
export type ChooseNames = (actor: Actor) => Names | undefined;

export const createdNames: ChooseNames = ({ person }) => person.created;
export const renamedNames: ChooseNames = ({ person }) => person.renamed;
export const renamedAgainNames: ChooseNames = ({ person }) => person.renamedAgain;
const noNames: ChooseNames = () => undefined;

export function aboutUser(actor: Actor, method: Call['method']): Call {
  return { method, path: `/Users/${encodeURIComponent(actor.id ?? '')}`, shown: '/Users/{id}' };
}

export function expectedOf(actor: Actor, active: boolean, names: ChooseNames = noNames): ExpectedUser {
  return { userName: actor.person.userName, active, id: actor.id, names: names(actor) };
}

/** Status, media type and the User resource, in this order. */
export function answersUser(dialect: Dialect, status: number, expected: ExpectedUser): Check {
  return all(hasStatus(status), hasContentType(dialect.acceptedTypes), isUser(expected));
}

/** The same call with a secret that is wrong: only 401 tells the admin so. */
export function withWrongSecret(call: () => Call): Turn {
  return { call: () => ({ ...call(), withWrongSecret: true }), expect: () => hasStatus(401) };
}

export function lookUpCall(dialect: Dialect, userName: string): Call {
  return { method: 'GET', path: dialect.lookUpPath(userName), shown: '/Users?filter=userName eq …' };
}

export function findsNobody(dialect: Dialect): Check {
  return all(hasStatus(200), hasContentType(dialect.acceptedTypes), finds(undefined));
}

export function lookUpNobody(dialect: Dialect): Turn {
  return { call: ({ person }) => lookUpCall(dialect, person.userName), expect: () => findsNobody(dialect) };
}

export function lookUpUser(dialect: Dialect, active: boolean): Turn {
  return {
    call: ({ person }) => lookUpCall(dialect, person.userName),
    expect: (actor) => all(hasStatus(200), hasContentType(dialect.acceptedTypes), finds(expectedOf(actor, active))),
  };
}

export function readUser(dialect: Dialect, active: boolean, names: ChooseNames = noNames): Turn {
  return {
    call: (actor) => aboutUser(actor, 'GET'),
    expect: (actor) => answersUser(dialect, 200, expectedOf(actor, active, names)),
  };
}

/** Create the user. An id from an earlier life of the user is not expected to come back. */
export function createUser(dialect: Dialect, body: (actor: Actor) => NonNullable<Call['body']>): Turn {
  return {
    call: (actor) => ({ method: 'POST', path: '/Users', shown: '/Users', body: body(actor) }),
    expect: ({ person }) =>
      answersUser(dialect, 201, { userName: person.userName, active: true, names: person.created }),
  };
}
