// What `npm start` prints: what runs, what to paste where, and what to do next. Pure text.
import { styleText } from 'node:util';
import { type Demo, demoPath } from './demo-file.ts';
import { BREAK_GLASS_ADMIN, type SeedOutcome } from './demo-seed.ts';

/** What the text is made of; `state` as it was given on the command line. */
export interface Running {
  readonly demo: Demo;
  readonly seed: SeedOutcome;
  /** Where a password for the console is chosen; works once. */
  readonly consoleLink: string;
  readonly port: number;
  readonly state: string;
  readonly wantedUsers: number | undefined;
}

/** The whole block, ready to print. Colours follow the terminal and NO_COLOR. */
export function welcome({ demo, seed, consoleLink, port, state, wantedUsers }: Running): string {
  const demoFile = demoPath(state);
  const simulate = state === '.wrangler' ? '' : ` --demo ${demoFile}`;
  const key = state === '.wrangler' ? '' : ` --state ${state}`;
  const origin = `http://127.0.0.1:${port}`;
  return [
    '',
    `${title('Portcullis is running')} at ${origin} with the preset ${demo.preset} and ${seed.users} demo users`,
    ...keptNote(seed, wantedUsers),
    '',
    `${title('Console')}, as ${BREAK_GLASS_ADMIN}`,
    ...fields([
      ['Choose a password', consoleLink],
      ['Later', `${origin}/console`],
      ['Another link', `npm run portal -- admin ${BREAK_GLASS_ADMIN}${key}`],
    ]),
    '',
    `${title('Okta')}: Provisioning, SCIM connection`,
    ...fields([
      ['SCIM connector base URL', demo.baseUrl],
      ['Unique identifier field', 'userName'],
      ['Authentication mode', 'Basic Auth'],
      ['Username', demo.username],
      ['Password', demo.password],
    ]),
    '',
    `${title('Entra')}: Provisioning, Admin credentials`,
    ...fields([
      ['Tenant URL', demo.entraUrl],
      ['Secret token', demo.entraToken],
    ]),
    '',
    `${title('Next')}, in a second terminal`,
    ...fields([
      ['Play Okta', `npm run simulate -- okta${simulate}`],
      ['Play Entra', `npm run simulate -- entra${simulate}`],
      ['Sign in by SSO', `npm run idp${state === '.wrangler' ? '' : ` -- --state ${state}`}`],
      ['See the keys', `npm run key -- list${key}`],
      ['Read mails to admins', `${origin}/cdn-cgi/explorer/email/sending`],
      ['... as files', '.wrangler/tmp/email/, until this stops'],
      ['... that wait or failed', `npm run portal -- mails${key}`],
      ['Run the cron now', `curl "${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*"`],
    ]),
    '',
    `These values are in ${demoFile} and stay the same the next time. The secret opens this demo only.`,
    'Stop with Ctrl-C. Start over with: npm start -- --fresh',
    '',
  ].join('\n');
}

function keptNote(seed: SeedOutcome, wantedUsers: number | undefined): string[] {
  if (seed.kind === 'seeded' || wantedUsers === undefined || wantedUsers === seed.users) return [];
  const how = `npm start -- --fresh --users ${wantedUsers}`;
  return [`Kept the ${seed.users} demo users of the first run: --users counts on a new state only (${how}).`];
}

function title(text: string): string {
  return styleText('bold', text);
}

function fields(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`);
}
