// The commands about teams: what they ask of src/directory, and what they say.
import { readSettings } from '../../src/directory/portal-settings.ts';
import { type Asked, listAsked, listMembers, listTeams } from '../../src/directory/team-list.ts';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import { roleWords } from '../../src/wording.ts';
import { ScriptError } from '../platform.ts';
import { print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `team list` */
export async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const teams = must(await listTeams(db));
    const { policy } = must(await readSettings(db));
    if (teams.length === 0) print('No teams yet: npm run portal -- team add NAME');
    else {
      const rows = teams.map(({ name, userCount }) => [
        name,
        userCount,
        name === policy.jit.defaultTeam ? 'first sign-ins' : '',
      ]);
      printTable(rows, { head: ['team', 'users', 'default of'] });
    }
    if (policy.teamBy === 'division') sayAsked(must(await listAsked(db)));
  });
}

function sayAsked({ divisions, people, looked }: Asked): void {
  if (people === 0) return;
  const names = divisions.map(({ division, people: count }) => `${division} (${count})`).join(', ');
  const among = looked === undefined ? '' : ` of the newest ${looked}`;
  print(`${people} users${among} ask for teams that do not exist: ${names}`);
  print('Correct the division in the identity provider, or make the team, which takes them in.');
}

/** `team members <name>` */
export async function members(name: string, options: Where & { readonly limit: number }): Promise<void> {
  await withPortal(options, async ({ db }) => {
    if (!must(await listTeams(db)).some((team) => team.name === name)) {
      throw new ScriptError('There is no team of that name: npm run portal -- team list');
    }
    const found = must(await listMembers(db, name, options.limit + 1));
    if (found.length === 0) return print('Nobody is in this team.');
    const rows = found
      .slice(0, options.limit)
      .map(({ userName, role, active }) => [userName, roleWords(role), active === 1 ? 'active' : 'deactivated']);
    printTable(rows, { head: ['user', 'role', 'state'] });
    if (found.length > options.limit)
      print('There are more: --limit takes up to 1000, and the console lists all of them.');
  });
}

/** `team add <name>` */
export async function add(name: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users } = must(await addTeam(context, name));
    print(`Made the team ${name}. ${users} users came into it, whose division has asked for it.`);
  });
}

/** `team rename <from> <to>` */
export async function rename(from: string, to: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users, wasDefault } = must(await renameTeam(context, from, to));
    print(
      `${from} is ${to} now. Its users stay in it; ${users} users came in, whose division has asked for ${to}. ` +
        `New users need the division ${to}: change it in the identity provider.`,
    );
    if (wasDefault) print(`It is still the team of first sign-ins: jit.defaultTeam is ${to}.`);
  });
}

/** `team remove <name>` */
export async function remove(name: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users, wasDefault } = must(await removeTeam(context, name));
    print(`Removed the team ${name}. Its ${users} users keep their division and are in no team.`);
    if (wasDefault) print('It was the team of first sign-ins, which have none now: jit.defaultTeam is none.');
  });
}
