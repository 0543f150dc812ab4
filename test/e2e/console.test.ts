// The console in a real browser, on the portal that `npm start` makes: both colour schemes, two widths, with the mouse and without,
// and whatever the browser or axe complains about. The flows of one part stand in a file each.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { authenticationFlows } from './console/authentication-flows.ts';
import { brakeFlows } from './console/brake-flows.ts';
import { clientFlows } from './console/client-flows.ts';
import { connectFlows } from './console/connect-flows.ts';
import { doorFlows } from './console/door-flows.ts';
import { homeFlows } from './console/home-flows.ts';
import { keysFlows } from './console/keys-flows.ts';
import { logFlows } from './console/log-flows.ts';
import { settingsFlows } from './console/settings-flows.ts';
import { Stage } from './console/stage.ts';
import { teamFlows } from './console/team-flows.ts';
import { userFlows } from './console/user-flows.ts';
import { usersFlows } from './console/users-flows.ts';
import { workspacesFlows } from './console/workspaces-flows.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage.close());

beforeEach(() => stage.newWindow());

afterEach(() => {
  expect(stage.complaints).toEqual([]);
});

describe('sign-in', () => doorFlows(() => stage));
describe('one user', () => userFlows(() => stage));
describe('users', () => usersFlows(() => stage));
describe('the log', () => logFlows(() => stage));
describe('connect', () => connectFlows(() => stage));
describe('keys', () => keysFlows(() => stage));
describe('workspaces', () => workspacesFlows(() => stage));
describe('brake', () => brakeFlows(() => stage));
describe('settings', () => settingsFlows(() => stage));
describe('OAuth clients', () => clientFlows(() => stage));
describe('roles and teams', () => teamFlows(() => stage));
describe('authentication', () => authenticationFlows(() => stage));
describe('Home in trouble', () => homeFlows(() => stage));
