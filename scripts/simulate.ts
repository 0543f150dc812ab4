// `npm run simulate -- okta|entra`: an identity provider that talks to any SCIM server over HTTP and says, step by step,
// whether the real one would be content. Exit code 1 where the real one would report an error.
import { Argument, Command, InvalidArgumentError } from 'commander';
import { entraDialogue } from './simulate/entra.ts';
import { createSend, Unreachable } from './simulate/http-client.ts';
import { oktaDialogue } from './simulate/okta.ts';
import { inventPeople, newRunId } from './simulate/people.ts';
import { createProgress } from './simulate/progress.ts';
import { isGreen, renderFailures, renderSummary, renderTable } from './simulate/result-table.ts';
import { runDialogue } from './simulate/runner.ts';
import { type Dialogue, newActor } from './simulate/step.ts';
import { BadTarget, type IdpName, resolveTarget, type TargetOptions } from './simulate/target.ts';

const dialogues: Readonly<Record<IdpName, Dialogue>> = { okta: oktaDialogue, entra: entraDialogue };
const maxUsers = 10_000;

interface Options extends TargetOptions {
  readonly users: number;
}

async function simulate(idp: IdpName, options: Options): Promise<void> {
  const dialogue = dialogues[idp];
  const { dialect } = dialogue;
  const target = resolveTarget(idp, options);
  const print = (text: string): void => {
    if (text !== '') console.log(target.secrets.reduce((line, secret) => line.replaceAll(secret, '•••'), text));
  };
  const people = inventPeople(newRunId(), options.users, dialect.newExternalId).map(newActor);
  const [first, ...others] = people;
  if (first === undefined) return;
  print(`${dialect.label} talks to ${target.baseUrl.origin}${target.baseUrl.pathname} with ${people.length} user(s)`);
  const send = createSend({ ...target, headers: dialect.headers, contentType: dialect.contentType });
  const report = await runDialogue(dialogue, { send, first, others, progress: createProgress(process.stderr) });
  print(renderTable(report.rows));
  print(renderFailures(dialect.label, report.rows));
  print(renderSummary(idp, report));
  process.exitCode = isGreen(report.rows) && report.leftOver.length === 0 ? 0 : 1;
}

function parseUserCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > maxUsers) throw new InvalidArgumentError(`It takes a number from 1 to ${maxUsers}.`);
  return count;
}

const command = new Command('simulate')
  .description('Play the dialogue of an identity provider against a SCIM server.')
  .addArgument(new Argument('<idp>', 'who to play').choices(Object.keys(dialogues)))
  .option('--base-url <url>', 'what an admin would paste as base URL (Okta) or Tenant URL (Entra)')
  .option('--username <name>', 'SCIM API Username')
  .option('--password <secret>', 'SCIM API Password')
  .option('--token <secret>', 'a bearer token, for servers that know neither')
  .option('--users <n>', 'how many users to provision', parseUserCount, 3)
  .option('--demo <file>', 'file of the demo portal that `npm start` writes', '.wrangler/demo.json')
  .action(simulate);

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof BadTarget || error instanceof Unreachable)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
