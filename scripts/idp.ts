// `npm run idp`: an identity provider for the portal that `npm start` runs, so that sign-in can be tried by hand: one click a person,
// the right answers and the wrong ones. It knows local portals only.
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { systemSources } from '../src/env.ts';
import { demoPath, localOrigin } from './demo-file.ts';
import { requireFreePort } from './dev-server.ts';
import { providerApp } from './idp/app.ts';
import { isLocal } from './idp/authn-request.ts';
import { keptIdentity } from './idp/identity-file.ts';
import { addressesAt } from './idp/metadata.ts';
import { listen } from './idp/node-listener.ts';
import { setUp } from './idp/set-up.ts';
import { idpWelcome } from './idp/welcome.ts';
import { openLocal, runScript, ScriptError } from './platform.ts';
import { must } from './portal/with-portal.ts';
import { parseWhole } from './whole-number.ts';

interface Options {
  readonly port: number;
  readonly portal?: string;
  readonly state: string;
  readonly setup: boolean;
}

async function run(options: Options): Promise<void> {
  const portal = await runningPortal(options);
  await requireFreePort(options.port, 'npm run idp');
  // The name that the portal is open under, since cookies belong to a host name.
  const origin = `http://${new URL(portal).hostname}:${options.port}`;
  const platform = await openLocal(options.state);
  try {
    const identity = await keptIdentity(options.state, Date.now());
    const addresses = addressesAt(origin);
    const context = { db: platform.env.DB, sources: systemSources, actor: 'cli' } as const;
    const done = options.setup ? must(await setUp(context, addresses, identity.certificateBase64)) : undefined;
    const listener = await listen(options.port, providerApp({ db: platform.env.DB, identity, origin, portal }));
    console.log(idpWelcome({ origin, portal, state: options.state, done }));
    await untilStopped();
    await listener.stop();
    console.log('Stopped.');
  } finally {
    await platform.dispose();
  }
}

/** Where the local portal answers; fails with what to run where it does not, or where nothing was seeded. */
async function runningPortal({ portal, state }: Options): Promise<string> {
  const where = state === '.wrangler' ? '' : ` -- --state ${state}`;
  if (!existsSync(demoPath(state))) {
    throw new ScriptError(`There is no demo portal in ${state} yet. First run, in another terminal: npm start${where}`);
  }
  const origin = portal === undefined ? localOrigin(state) : URL.canParse(portal) ? new URL(portal).origin : '';
  if (!isLocal(origin)) {
    throw new ScriptError(
      `"${portal}" is no portal of this machine, such as http://127.0.0.1:8787, and this works with no other.`,
    );
  }
  const answer = await fetch(origin, { redirect: 'manual', signal: AbortSignal.timeout(10_000) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  if (answer) return origin;
  throw new ScriptError(`No portal answers at ${origin}. First run, in another terminal: npm start${where}`);
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

const command = new Command('idp')
  .description('An identity provider for the local portal, to try sign-in by hand.')
  .option('--port <n>', 'port on 127.0.0.1', parseWhole(1, 65_535), 8788)
  .option('--portal <url>', 'where the local portal answers (default: where npm start says)')
  .option('--no-setup', "leave the portal's settings alone: an admin sets it up in the console")
  .option('--state <dir>', 'where the local state is', '.wrangler')
  .allowExcessArguments(false)
  .action(run);

await runScript(command);
