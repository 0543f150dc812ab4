// Signing in by an identity provider, in a real browser, with the portal of `npm start` and the provider of `npm run idp`: where
// people land, who is refused, and how a portal is set up for it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { Stage } from './console/stage.ts';
import { arrivalFlows } from './sign-in/arrival-flows.ts';
import { commandFlows } from './sign-in/command-flows.ts';
import { Provider } from './sign-in/provider.ts';
import { refusalFlows } from './sign-in/refusal-flows.ts';
import { testFlows } from './sign-in/test-flows.ts';

let stage: Stage;
let provider: Provider;

beforeAll(async () => {
  stage = await Stage.open('--preset', 'sendoso');
  provider = await Provider.open(stage);
});

afterAll(async () => {
  await provider.close();
  await stage.close();
});

beforeEach(() => stage.newWindow());

afterEach(() => {
  expect(stage.complaints).toEqual([]);
});

const parts = () => ({ stage, provider });

describe('the command', () => commandFlows(parts));
describe('arriving', () => arrivalFlows(parts));
describe('refused', () => refusalFlows(parts));
describe('the test before it is switched on', () => testFlows(parts));
