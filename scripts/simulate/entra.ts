// Entra's whole life with a portal: test the connection, match, create, change in both PATCH dialects, disable, restore,
// delete after thirty days, and meet the person again. Order and expected statuses as documented at
// https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
import { randomUUID } from 'node:crypto';
import { all, hasContentType, hasStatus, isUser, unlessNoContent } from './answer-checks.ts';
import { crowdStep } from './crowd.ts';
import {
  entraDialect as dialect,
  entraClassicDisable,
  entraClassicNames,
  entraCreateBody,
  entraEnable,
  entraFlaggedDisable,
  entraFlaggedNames,
} from './entra-bodies.ts';
import type { Call, JsonObject } from './http-client.ts';
import * as turns from './shared-turns.ts';
import { type Actor, type Dialogue, type Step, stepOf, type Turn } from './step.ts';

const testCall = (): Call => turns.lookUpCall(dialect, randomUUID());
const testConnection: Turn = { call: testCall, expect: () => turns.findsNobody(dialect) };

const create = turns.createUser(dialect, entraCreateBody);
const remove: Turn = { call: (actor) => turns.aboutUser(actor, 'DELETE'), expect: () => hasStatus(204) };
const removeAgain: Turn = { ...remove, expect: () => hasStatus(404) };
const readGone: Turn = { call: (actor) => turns.aboutUser(actor, 'GET'), expect: () => hasStatus(404) };

/** A PATCH may answer 204 or the resource; when it answers the resource, that must be the new one. */
function patch(body: (actor: Actor) => JsonObject, active: boolean, names?: turns.ChooseNames): Turn {
  return {
    call: (actor) => ({ ...turns.aboutUser(actor, 'PATCH'), body: body(actor) }),
    expect: (actor) =>
      all(
        hasStatus(204, 200),
        unlessNoContent(all(hasContentType(dialect.acceptedTypes), isUser(turns.expectedOf(actor, active, names)))),
      ),
  };
}

const disable = patch(entraClassicDisable, false);
const log = 'Provisioning logs show a failure for the user';

const activeSteps: readonly Step[] = [
  stepOf(
    {
      title: 'Test connection',
      adminSees: 'Test connection fails: the credentials are called invalid, or the endpoint not SCIM-compliant',
    },
    testConnection,
  ),
  stepOf(
    {
      title: 'Refuse a wrong token',
      adminSees: 'no error, which is the danger: Test connection may be green with a wrong secret token',
    },
    turns.withWrongSecret(testCall),
  ),
  stepOf(
    {
      title: 'Match before create',
      needs: ['Test connection'],
      adminSees: `${log}: the step that matches users between Entra and the app failed`,
    },
    turns.lookUpNobody(dialect),
  ),
  stepOf(
    { title: 'Create', needs: ['Match before create'], adminSees: `${log}: the export step (Create) failed` },
    create,
  ),
  stepOf(
    {
      title: 'Match finds the user',
      needs: ['Create'],
      adminSees: `${log}: the user just created is not matched, and the next cycle creates it again`,
    },
    turns.lookUpUser(dialect, true),
    turns.readUser(dialect, true, turns.createdNames),
  ),
  stepOf(
    { title: 'Update (classic PATCH)', needs: ['Create'], adminSees: `${log}: the export step (Update) failed` },
    patch(entraClassicNames, true, turns.renamedNames),
    turns.readUser(dialect, true, turns.renamedNames),
  ),
  stepOf(
    {
      title: 'Update (flagged PATCH)',
      needs: ['Create'],
      adminSees: `${log}: the export step (Update) failed, with aadOptscim062020 in the Tenant URL`,
    },
    patch(entraFlaggedNames, true, turns.renamedAgainNames),
    turns.readUser(dialect, true, turns.renamedAgainNames),
  ),
];

const inactiveSteps: readonly Step[] = [
  stepOf(
    {
      title: 'Disable (classic)',
      needs: ['Create'],
      adminSees: `${log}: the export step (Disable) failed, and the user keeps access`,
    },
    disable,
  ),
  stepOf(
    {
      title: 'Match finds the disabled user',
      needs: ['Disable (classic)'],
      adminSees: `${log}: a disabled user is not found, and restoring it ends in a conflict`,
    },
    turns.lookUpUser(dialect, false),
    turns.readUser(dialect, false),
  ),
  stepOf(
    {
      title: 'Enable with attributes',
      needs: ['Disable (classic)'],
      adminSees: `${log}: the export step (Update) failed, and the restored user stays locked out`,
    },
    patch(entraEnable, true, turns.renamedAgainNames),
    turns.readUser(dialect, true, turns.renamedAgainNames),
  ),
  stepOf(
    {
      title: 'Soft delete (flagged)',
      needs: ['Create'],
      adminSees: `${log}: the export step (Disable) failed, with aadOptscim062020 in the Tenant URL`,
    },
    patch(entraFlaggedDisable, false),
    turns.readUser(dialect, false),
  ),
  stepOf({ title: 'Delete', needs: ['Create'], adminSees: `${log}: the export step (Delete) failed` }, remove),
  stepOf(
    { title: 'Read after delete', needs: ['Delete'], adminSees: `${log}: a deleted user still answers` },
    readGone,
  ),
  stepOf(
    { title: 'Match after delete', needs: ['Delete'], adminSees: `${log}: a deleted user is still matched` },
    turns.lookUpNobody(dialect),
  ),
  stepOf(
    { title: 'Delete again', needs: ['Delete'], adminSees: `${log}: a repeated delete is retried without end` },
    removeAgain,
  ),
  stepOf(
    {
      title: 'Create again',
      needs: ['Match after delete'],
      adminSees: `${log}: a person who comes back cannot be created`,
    },
    create,
    turns.readUser(dialect, true, turns.createdNames),
  ),
  stepOf(
    { title: 'Delete for good', needs: ['Create again'], adminSees: `${log}: the export step (Delete) failed` },
    remove,
  ),
];

const crowdSteps: readonly Step[] = [
  crowdStep(
    { title: 'Create the others', needs: ['Create'], adminSees: `${log}: the export step (Create) failed` },
    turns.lookUpNobody(dialect),
    create,
  ),
  crowdStep(
    { title: 'Update the others', needs: ['Create the others'], adminSees: `${log}: the export step (Update) failed` },
    patch(entraClassicNames, true, turns.renamedNames),
    turns.readUser(dialect, true, turns.renamedNames),
  ),
  crowdStep(
    { title: 'Disable the others', needs: ['Create the others'], adminSees: `${log}: users keep access` },
    disable,
    turns.lookUpUser(dialect, false),
  ),
  crowdStep(
    { title: 'Delete the others', needs: ['Create the others'], adminSees: `${log}: the export step (Delete) failed` },
    remove,
  ),
];

export const entraDialogue: Dialogue = {
  dialect,
  steps: [...activeSteps, ...inactiveSteps, ...crowdSteps],
  cleanUp: remove,
  isLeftOver: (actor) => actor.state !== 'absent',
};
