// `npm run portal`: shows and changes the settings of a local or deployed portal, by the functions the console calls too.
import { Command } from 'commander';
import * as admins from './portal/admin-commands.ts';
import * as brake from './portal/brake-commands.ts';
import * as destructions from './portal/destruction-commands.ts';
import * as domains from './portal/domain-commands.ts';
import * as events from './portal/event-commands.ts';
import * as logs from './portal/log-commands.ts';
import * as mails from './portal/mail-commands.ts';
import * as settings from './portal/settings-commands.ts';
import * as sso from './portal/sso-commands.ts';
import * as teams from './portal/team-commands.ts';
import { sayingFailures } from './portal/terminal.ts';
import * as workspaces from './portal/workspace-commands.ts';

const program = new Command('portal').description('Settings of a portal: docs/policy.md.').showHelpAfterError();

/** Which portal: an option of every command. */
function command(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--remote', 'the deployed portal of [env.production] instead of the local one')
    .option('--state <dir>', 'state directory of the local portal', '.wrangler');
}

command(program, 'show', 'Everything: preset, choices, features, counts.').action(settings.show);
command(program, 'name', 'Give the portal another name.').argument('<text>').action(settings.name);
command(program, 'preset', 'Start from another preset.')
  .argument('<name>', 'sendsafely, sendoso or open')
  .option('--keep-own', "keep the portal's own choices and features")
  .option('--drop-own', "drop the portal's own choices and features")
  .action(settings.preset);
command(program, 'feature', 'Switch a feature.')
  .argument('<name>', 'admin-sync')
  .argument('<state>', 'on or off')
  .action(settings.feature);

command(program, 'admin', 'Make or find a break-glass admin, and a link to choose a password by.')
  .argument('<email>', 'the user name, which the identity provider does not have')
  .action(admins.admin);

const policy = program.command('policy').description('Choices, one by one.');
command(policy, 'list', 'Every choice, what it takes, and what it means.').action(settings.list);
command(policy, 'set', 'Make a choice.').argument('<choice>').argument('<value>').action(settings.set);
command(policy, 'unset', 'Give a choice back to the preset.').argument('<choice>').action(settings.unset);

const team = program.command('team').description('Teams, which `division` of a user names exactly.');
command(team, 'list', 'All teams, how many are in each, and which teams people ask for that are not there.').action(
  teams.list,
);
command(team, 'members', 'Who is in a team.')
  .argument('<name>')
  .option('--limit <n>', 'users', logs.parseLimit, 100)
  .action(teams.members);
command(team, 'add', 'Make a team.').argument('<name>').action(teams.add);
command(team, 'rename', 'Give a team another name; its users stay in it.')
  .argument('<from>')
  .argument('<to>')
  .action(teams.rename);
command(team, 'remove', 'Remove a team; its users are in none then.').argument('<name>').action(teams.remove);

const signOn = program.command('sso').description('Single sign-on by the identity provider.');
command(signOn, 'show', 'The settings, and until when the certificates are valid.').action(sso.show);
command(signOn, 'set', 'Enter what the identity provider says; what is not given stays.')
  .option('--metadata <file>', 'all of it, from the metadata of the identity provider')
  .option('--issuer <text>', 'the issuer, which is also called entity ID or identifier')
  .option('--sign-in-url <url>', 'where people sign in')
  .option('--sign-out-url <url>', 'where people sign out')
  .option('--no-sign-out-url', 'nobody is signed out there')
  .option('--certificate <file...>', 'one or two files, in place of the certificates so far')
  .action(sso.set);
command(signOn, 'on', 'Let people sign in by it.')
  .option('--untested', 'although no test has passed with these settings')
  .action(sso.on);
command(signOn, 'off', 'Nobody signs in by it any more; the settings stay.')
  .option('--end-sessions', 'also end the sessions that it began')
  .action(sso.off);

const domain = program.command('domain').description('Verified e-mail domains, where a first sign-in makes accounts.');
command(domain, 'list', 'All domains.').action(domains.list);
command(domain, 'add', 'Add a domain that was verified.').argument('<domain>').action(domains.add);
command(domain, 'remove', 'Remove a domain; accounts stay.').argument('<domain>').action(domains.remove);
command(program, 'app-url', 'Where people who are no admins go when they have signed in.')
  .argument('<url>', 'a path such as /app, or https://...')
  .action(domains.appUrl);

const mail = command(program, 'mails', 'Mails to admins: what is dead or waits, and the last that went out.')
  .option('--all', 'everything of the last 30 days')
  .action(mails.list);
command(mail, 'show', 'A mail as it would go out now.')
  .argument('<seq>')
  .option('--html', 'the HTML part instead of the text')
  .action(mails.show);
command(mail, 'retry', 'Make a mail due again, with all its tries before it.')
  .argument('[seq]')
  .option('--dead', 'all dead mails')
  .action(mails.retry);
const log = command(program, 'log', 'What was done and what was refused, with the setting to change.')
  .option('--refused', 'only what was refused')
  .option('--user <name>', 'only what happened to this user, or to whatever has this id')
  .option('--key <id>', 'only what this key did; also: cli, cron')
  .option('--type <type>', 'only this, such as user.deactivated')
  .option('--rule <rule>', 'only what this rule did, such as team_unknown')
  .option('--since <time>', 'from then on: 30m, 2h, 7d ago, or a date', logs.parseTime)
  .option('--until <time>', 'before then', logs.parseTime)
  .option('--before <place>', 'older lines than a listing before', logs.parsePosition)
  .option('--limit <n>', 'lines', logs.parseLimit, 20)
  .option('--json', 'one JSON object a line')
  .option('--follow', 'go on with what comes, until Ctrl-C')
  .action(logs.list);
command(log, 'show', 'Everything that one request did.')
  .argument('<request>', 'the X-Request-Id of its answer')
  .option('--json', 'one JSON object a line')
  .action(logs.show);
command(program, 'events', "What changed, in order: the feed that the vendor's product reads.")
  .option('--after <n>', 'behind the event of this number', events.parseSeq, 0)
  .option('--limit <n>', 'events', logs.parseLimit, 100)
  .option('--json', 'one JSON object a line')
  .option('--follow', 'go on with what comes, until Ctrl-C')
  .action(events.list);

const held = program.command('brake').description('What a flood of deactivations would have destroyed.');
command(held, 'show', 'Whether it is engaged, who is held, and what each would lose.')
  .option('--count <n>', 'users to show', '50')
  .action(brake.show);
command(held, 'restore', 'Give everything back; --all lifts the brake.')
  .argument('[users...]', 'userNames or ids')
  .option('--all', 'everybody who is held')
  .action(brake.restore);
command(held, 'release', 'Let the destruction go on; --all lifts the brake.')
  .argument('[users...]', 'userNames or ids')
  .option('--all', 'everybody who is held')
  .option('--yes', 'yes, destroy it')
  .action(brake.release);

const ledger = program.command('destructions').description('What is destroyed and when; legal holds; receipts.');
command(ledger, 'list', 'What the cron will delete, by date.')
  .option('--within <time>', 'only what is due by then, such as 24h or 7d')
  .option('--held', 'what is held')
  .option('--done', 'what was destroyed, newest first')
  .option('--all', 'every row of the ledger, newest first')
  .option('--user <user>', 'of one user: userName or id')
  .action(destructions.list);
command(ledger, 'hold', 'Keep rows from being destroyed until they are released.')
  .argument('[numbers...]', 'rows of the list')
  .option('--user <user>', 'all of one user: userName or id')
  .option('--all', 'everything that is pending now')
  .action(destructions.hold);
command(ledger, 'release', 'Give held rows back to the cron; what is overdue goes at once.')
  .argument('[numbers...]', 'rows of the list')
  .option('--user <user>', 'all of one user: userName or id')
  .option('--all', 'everything that is held')
  .option('--yes', 'yes, destroy what is overdue')
  .action(destructions.release);
command(ledger, 'show', 'One row, in whatever state: what, when, how much, and which request caused it.')
  .argument('<number>')
  .action(destructions.show);
command(ledger, 'receipt', 'What a finished row destroyed, when, and who caused it.')
  .argument('<number>')
  .action(destructions.receipt);

const space = program.command('workspaces').description('Restore, hand on or hold workspaces.');
command(space, 'list', 'Workspaces and how long the archived ones can be restored.')
  .option('--owner <user>', 'of one user: userName or id')
  .option('--only <state>', 'active, archived or deleted; else all but the deleted')
  .action(workspaces.list);
command(space, 'restore', 'Make archived workspaces active again.')
  .argument('[ids...]')
  .option('--owner <user>', 'all archived ones of a user: userName or id')
  .option('--to <user>', 'a new owner, needed where the owner is not active')
  .option('--end-hold', 'end the legal hold of those that are under one')
  .action(workspaces.restore);
command(space, 'transfer', 'Give workspaces to another user; state and deletion date stay.')
  .argument('[ids...]')
  .option('--owner <user>', 'all of a user: userName or id')
  .requiredOption('--to <user>', 'the new owner')
  .action(workspaces.transfer);
command(space, 'hold', 'Keep archived workspaces from being deleted.')
  .argument('[ids...]')
  .option('--owner <user>', 'all archived ones of a user: userName or id')
  .action(workspaces.hold);
command(space, 'release', 'Give held workspaces back to their date.')
  .argument('[ids...]')
  .option('--owner <user>', 'all held ones of a user: userName or id')
  .option('--yes', 'yes, delete what is overdue')
  .action(workspaces.release);

// `log show --state DIR`: a command that also has commands takes their options for its own.
program.hook('preAction', (_, acting) => {
  for (const name of ['remote', 'state', 'json']) {
    const { parent } = acting;
    if (parent?.getOptionValueSource(name) === 'cli') acting.setOptionValue(name, parent.getOptionValue(name));
  }
});

// Whoever reads the output, such as `head`, may have had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

await sayingFailures(() => program.parseAsync());
