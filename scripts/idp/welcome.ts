// What `npm run idp` prints: what it did, where to open it, how to undo it. Pure text.
import { styleText } from 'node:util';

export interface RunningIdp {
  readonly origin: string;
  readonly portal: string;
  /** As it was given on the command line. */
  readonly state: string;
  /** What was changed in the portal; undefined where it was left alone. */
  readonly done: readonly string[] | undefined;
}

/** The whole block, ready to print. */
export function idpWelcome({ origin, portal, state, done }: RunningIdp): string {
  const option = state === '.wrangler' ? '' : ` --state ${state}`;
  return [
    '',
    `${styleText('bold', 'The local identity provider is running')} for the portal at ${portal}`,
    ...(done === undefined || done.length > 0 ? [] : ['  The portal was set up before; nothing was changed.']),
    ...(done ?? []).map((sentence) => `  ${sentence}`),
    '',
    ...(done === undefined ? byHand(origin, portal, option) : []),
    ...fields([
      ['Choose who signs in', `${origin}/`],
      ['Begin at the portal', `${portal}/auth/saml2/`],
      ['Demo product', `${origin}/app`],
      ...(done === undefined ? [] : [['Undo', `npm run portal -- sso off${option}`] as const]),
    ]),
    '',
    `Its key is in ${state}/idp.json: whoever has it signs in as anybody, in this local portal only.`,
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

/** What `--no-setup` leaves to do. */
function byHand(origin: string, portal: string, option: string): readonly string[] {
  return [
    'The portal was left alone. To set it up by hand:',
    ...fields([
      ['Metadata of this provider', `${origin}/metadata`],
      ['Where it goes', `${portal}/console/authentication`],
      ['First sign-ins', `npm run portal -- domain add acme.example${option}`],
      ['Who is no admin lands', `npm run portal -- app-url ${origin}/app${option}`],
    ]),
    '',
  ];
}

function fields(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`);
}
