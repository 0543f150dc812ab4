// The commands about single sign-on: what they ask of src/sso, and what they say.
import { readFileSync } from 'node:fs';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { messageOf } from '../../src/failure.ts';
import { readableTime } from '../../src/printable.ts';
import { type Certificate, readCertificate } from '../../src/sso/certificate.ts';
import { readIdpMetadata } from '../../src/sso/idp-metadata.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { withMetadata, withTyped } from '../../src/sso/settings-change.ts';
import { isTested, readSsoRow, saveSso, switchSso } from '../../src/sso/sso-store.ts';
import { ScriptError } from '../platform.ts';
import { type Cell, print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

const DAY_MS = 86_400_000;

/** `sso show` */
export async function show(options: Where): Promise<void> {
  await withPortal(options, async ({ db, sources }) => {
    const settings = readSso(must(await readSsoRow(db)).sso);
    if (!settings) return print('Single sign-on is not set up: npm run portal -- sso set --metadata FILE');
    tell(settings, sources.nowMs());
  });
}

function tell(settings: SsoSettings, nowMs: number): void {
  const { state, issuer, signInUrl, signOutUrl, certificates } = settings;
  print(`Single sign-on is ${state}. ${testedWords(settings)}`);
  printTable([
    ['issuer', issuer],
    ['sign-in URL', signInUrl],
    ['sign-out URL', signOutUrl ?? 'none'],
    ...certificates.map((base64): Cell[] => ['certificate', certificateLines(must(readCertificate(base64)), nowMs)]),
  ]);
}

function testedWords(settings: SsoSettings): string {
  return isTested(settings) ? 'A test passed with these settings.' : 'No test has passed with these settings.';
}

function certificateLines({ subject, fingerprint, notAfterMs }: Certificate, nowMs: number): string[] {
  const days = Math.floor((notAfterMs - nowMs) / DAY_MS);
  const left = days < 0 ? 'expired, trusted until it is removed' : `${days} days left`;
  return [subject, `until ${readableTime(notAfterMs)}, ${left}`, `SHA-256 ${fingerprint}`];
}

interface SetOptions extends Where {
  readonly issuer?: string;
  readonly signInUrl?: string;
  /** False for `--no-sign-out-url`. */
  readonly signOutUrl?: string | false;
  readonly certificate?: readonly string[];
  readonly metadata?: string;
}

/** `sso set` */
export async function set(options: SetOptions): Promise<void> {
  await withPortal(options, async (context) => {
    const { sso } = must(await readSsoRow(context.db));
    const before = readSso(sso);
    const wanted = options.metadata === undefined ? byFields(options, before) : await byMetadata(options, before);
    must(await saveSso(context, sso, wanted));
    tell(wanted, context.sources.nowMs());
    if (wanted.state === 'off') print('Test it in the console under Configuration, then switch it on.');
  });
}

async function byMetadata({ metadata = '', ...others }: SetOptions, before: SsoSettings | undefined) {
  const { issuer, signInUrl, signOutUrl, certificate } = others;
  if ([issuer, signInUrl, signOutUrl, certificate].some((option) => option !== undefined)) {
    throw new ScriptError(
      'The metadata has all of it but the sign-out URL, which is set by itself: leave the other options out.',
    );
  }
  const read = must(await readIdpMetadata(textOf(metadata), Date.now()));
  print(...read.remarks);
  return withMetadata(before, read);
}

/** What is not given stays as it is; certificates that are given take the place of all others. */
function byFields(options: SetOptions, before: SsoSettings | undefined): SsoSettings {
  const { issuer, signInUrl, signOutUrl, certificate } = options;
  const typed = {
    issuer: issuer ?? before?.issuer ?? '',
    signInUrl: signInUrl ?? before?.signInUrl ?? '',
    signOutUrl: signOutUrl === false ? '' : (signOutUrl ?? before?.signOutUrl ?? ''),
    certificates: (certificate ?? []).map(textOf),
  };
  const base = certificate && before ? { ...before, certificates: [] } : before;
  const changed = withTyped(base, typed, Date.now());
  if (changed.ok) return changed.settings;
  const file = typeof changed.field === 'number' ? certificate?.[changed.field] : undefined;
  throw new ScriptError(`${file === undefined ? '' : `${file}: `}${changed.failure.detail}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScriptError(`The file cannot be read: ${messageOf(error)}`);
  }
}

/** `sso on` */
export async function on(options: Where & { readonly untested?: true }): Promise<void> {
  await withPortal(options, async (context) => {
    const { sso } = must(await readSsoRow(context.db));
    const settings = readSso(sso);
    if (settings && !isTested(settings) && !options.untested) {
      throw new ScriptError(
        'No test has passed with these settings: test them in the console, or switch on with --untested.',
      );
    }
    must(await switchSso(context, 'on', sso, { untested: options.untested === true }));
    print('Single sign-on is on: people sign in by the identity provider.');
  });
}

/** `sso off` */
export async function off(options: Where & { readonly endSessions?: true }): Promise<void> {
  await withPortal(options, async (context) => {
    const { sso } = must(await readSsoRow(context.db));
    must(await switchSso(context, 'off', sso, options.endSessions ? { ends: { but: undefined } } : {}));
    print(
      'Single sign-on is off: nobody signs in by the identity provider. Admins with a password still can.',
      options.endSessions
        ? 'The sessions that it began are ended.'
        : 'Whoever is signed in by it stays so for 12 hours at most; --end-sessions ends these sessions.',
    );
    await warnOfNobody(context);
  });
}

async function warnOfNobody({ db }: SettingsContext): Promise<void> {
  const { selectPasswordAdmin } = await import('../../src/auth/password-admin.ts');
  const found = await selectPasswordAdmin(db).first();
  if (!found) print('No admin has a password: npm run portal -- admin EMAIL makes one.');
}
