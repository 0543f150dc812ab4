// The commands about teams: what they ask of src/directory/teams.ts, and what they say.
import { addTeam, listTeams, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import { print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `team list` */
export async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const teams = must(await listTeams(db));
    if (teams.length === 0) return print('No teams yet: npm run portal -- team add NAME');
    const rows = teams.map(({ name, userCount }) => [name, userCount]);
    printTable(rows, { head: ['team', 'users'] });
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
    const { users } = must(await renameTeam(context, from, to));
    print(
      `${from} is ${to} now. Its users stay in it; ${users} users came in, whose division has asked for ${to}. ` +
        `New users need the division ${to}: change it in the identity provider.`,
    );
  });
}

/** `team remove <name>` */
export async function remove(name: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users } = must(await removeTeam(context, name));
    print(`Removed the team ${name}. Its ${users} users keep their division and are in no team.`);
  });
}
