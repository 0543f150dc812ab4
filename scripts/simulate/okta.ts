// Okta's whole life with a portal: test the credentials, push users, change them, import, deactivate, take them back.
// Okta never deletes a user. Order and verbs as documented at
// https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20 and https://developer.okta.com/docs/concepts/scim
// (an app that deactivates by PATCH and sends everything else by PUT; deactivation by PUT is played as well).
import { all, hasContentType, hasStatus, isUser, listsSomebody, unlessNoContent } from './answer-checks.ts';
import { crowdStep } from './crowd.ts';
import type { Call } from './http-client.ts';
import { importStep } from './import-pages.ts';
import { oktaDialect as dialect, oktaCreateBody, oktaDeactivateBody, oktaReplaceBody } from './okta-bodies.ts';
import * as turns from './shared-turns.ts';
import { type Dialogue, type Step, stepOf, type Turn } from './step.ts';

const testQuery = '/Users?startIndex=1&count=2';
const testCall = (): Call => ({ method: 'GET', path: testQuery, shown: testQuery });

const testCredentials: Turn = {
  call: testCall,
  expect: () => all(hasStatus(200), hasContentType(dialect.acceptedTypes), listsSomebody()),
};

const create = turns.createUser(dialect, oktaCreateBody);
const createAgain: Turn = { ...create, expect: () => hasStatus(409) };
const readActive = turns.readUser(dialect, true);
const readInactive = turns.readUser(dialect, false);

const deactivateByPatch: Turn = {
  call: (actor) => ({ ...turns.aboutUser(actor, 'PATCH'), body: oktaDeactivateBody() }),
  expect: (actor) =>
    all(
      hasStatus(200, 204),
      unlessNoContent(all(hasContentType(dialect.acceptedTypes), isUser(turns.expectedOf(actor, false)))),
    ),
};

/** The whole object is replaced; only an active user's names have to come back. */
function replace(active: boolean): Turn {
  return {
    call: (actor) => ({
      ...turns.aboutUser(actor, 'PUT'),
      body: oktaReplaceBody(actor, actor.person.renamed, active),
    }),
    expect: (actor) =>
      turns.answersUser(dialect, 200, turns.expectedOf(actor, active, active ? turns.renamedNames : undefined)),
  };
}

const task = 'Dashboard > Tasks shows a failed provisioning task';

const ownSteps: readonly Step[] = [
  stepOf(
    {
      title: 'Test API credentials',
      adminSees: 'the credential test turns red: Okta could not sign in, or got no usable list of users',
    },
    testCredentials,
  ),
  stepOf(
    {
      title: 'Refuse a wrong password',
      adminSees: 'no error, which is the danger: the credential test may be green with a wrong password',
    },
    turns.withWrongSecret(testCall),
  ),
  stepOf(
    {
      title: 'Look up before create',
      needs: ['Test API credentials'],
      adminSees: `${task}: Okta could not find out whether the user exists`,
    },
    turns.lookUpNobody(dialect),
  ),
  stepOf(
    {
      title: 'Create',
      needs: ['Look up before create'],
      adminSees: `${task}: the user could not be created, or came back empty`,
    },
    create,
  ),
  stepOf(
    { title: 'Read back by id', needs: ['Create'], adminSees: `${task}: the user's profile could not be fetched` },
    turns.readUser(dialect, true, turns.createdNames),
  ),
  stepOf(
    { title: 'Update names (PUT)', needs: ['Create'], adminSees: `${task}: the profile could not be pushed` },
    readActive,
    replace(true),
  ),
  stepOf(
    {
      title: 'Read back new names',
      needs: ['Update names (PUT)'],
      adminSees: 'the profile push looks done, but the portal keeps the old names',
    },
    turns.readUser(dialect, true, turns.renamedNames),
  ),
  stepOf(
    {
      title: 'Refuse a duplicate',
      needs: ['Create'],
      adminSees: 'no error, but two accounts for one person, of which Okta manages the second',
    },
    createAgain,
  ),
];

const sharedSteps: readonly Step[] = [
  crowdStep(
    { title: 'Create the others', needs: ['Create'], adminSees: `${task}: users could not be created` },
    turns.lookUpNobody(dialect),
    create,
  ),
  crowdStep(
    { title: 'Update the others', needs: ['Create the others'], adminSees: `${task}: profiles could not be pushed` },
    readActive,
    replace(true),
  ),
  importStep(
    {
      title: 'Import by pages',
      needs: ['Create', 'Create the others'],
      adminSees: 'the import stops with an error, or leaves users out',
    },
    dialect.acceptedTypes,
  ),
];

const endSteps: readonly Step[] = [
  stepOf(
    {
      title: 'Deactivate (PATCH)',
      needs: ['Create'],
      adminSees: `${task}: the user could not be deactivated and keeps access`,
    },
    deactivateByPatch,
  ),
  stepOf(
    {
      title: 'Look up finds inactive',
      needs: ['Deactivate (PATCH)'],
      adminSees: `${task}: Okta takes the user for a new one, and creating it ends in a conflict`,
    },
    turns.lookUpUser(dialect, false),
  ),
  stepOf(
    {
      title: 'Reactivate (PUT)',
      needs: ['Look up finds inactive'],
      adminSees: `${task}: the user could not be reactivated`,
    },
    readInactive,
    replace(true),
  ),
  stepOf(
    {
      title: 'Deactivate (PUT)',
      needs: ['Reactivate (PUT)'],
      adminSees: `${task}: the user could not be deactivated and keeps access`,
    },
    readActive,
    replace(false),
  ),
  stepOf(
    {
      title: 'Read inactive user',
      needs: ['Deactivate (PUT)'],
      adminSees: `${task}: the user is gone from the app, and Okta creates it anew`,
    },
    readInactive,
  ),
  crowdStep(
    {
      title: 'Deactivate the others',
      needs: ['Create the others'],
      adminSees: `${task}: users could not be deactivated and keep access`,
    },
    deactivateByPatch,
  ),
];

export const oktaDialogue: Dialogue = {
  dialect,
  steps: [...ownSteps, ...sharedSteps, ...endSteps],
  cleanUp: deactivateByPatch,
  isLeftOver: (actor) => actor.state === 'active',
};
