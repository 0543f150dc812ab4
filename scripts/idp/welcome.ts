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
    ...changes(done).map((sentence) => `  ${sentence}`),
    '',
    ...fields([
      ['Choose who signs in', `${origin}/`],
      ['Begin at the portal', `${portal}/auth/saml2/`],
      ['Demo product', `${origin}/app`],
      ['Metadata, to set up by hand', `${origin}/metadata`],
      ['Undo', `npm run portal -- sso off${option}`],
    ]),
    '',
    `Its key is in ${state}/idp.json: whoever has it signs in as anybody, in this local portal only.`,
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

function changes(done: readonly string[] | undefined): readonly string[] {
  if (done === undefined) {
    return ['The portal was left alone: set it up in its console under Configuration, Authentication Providers.'];
  }
  return done.length === 0 ? ['The portal was set up before; nothing was changed.'] : done;
}

function fields(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`);
}
