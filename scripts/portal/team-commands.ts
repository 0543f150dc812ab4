// The commands about teams: what they ask of src/directory/teams.ts, and what they say.
import Table from 'cli-table3';
import { addTeam, listTeams, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `team list` */
export async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const teams = must(await listTeams(db));
    if (teams.length === 0) return console.log('No teams yet: npm run portal -- team add NAME');
    const table = new Table({ head: ['team', 'users'], style: { head: [], border: [], compact: true } });
    for (const { name, userCount } of teams) table.push([name, userCount]);
    console.log(table.toString());
  });
}

/** `team add <name>` */
export async function add(name: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users } = must(await addTeam(context, name));
    console.log(`Made the team ${name}. ${users} users came into it, whose division has asked for it.`);
  });
}

/** `team rename <from> <to>` */
export async function rename(from: string, to: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users } = must(await renameTeam(context, from, to));
    console.log(
      `${from} is ${to} now. Its users stay in it; ${users} users came in, whose division has asked for ${to}. ` +
        `New users need the division ${to}: change it in the identity provider.`,
    );
  });
}

/** `team remove <name>` */
export async function remove(name: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const { users } = must(await removeTeam(context, name));
    console.log(`Removed the team ${name}. Its ${users} users keep their division and are in no team.`);
  });
}
