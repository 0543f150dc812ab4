// The local portal is made to trust the local identity provider, by what the console calls when an admin does it. A second time changes
// nothing, so that the journal says what happened and no more.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { randomId } from '../../src/random-id.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { type SsoRow, saveSso, selectSso } from '../../src/sso/sso-store.ts';
import { commit } from '../../src/storage/commit.ts';
import { insertJournal } from '../../src/storage/journal.ts';
import { ScriptError } from '../platform.ts';
import { must } from '../portal/with-portal.ts';
import { ensureDemoAdmin } from './demo-admin.ts';
import type { Addresses } from './metadata.ts';

const DOMAIN = 'acme.example';

/** What was changed, a sentence each. Throws for people where the portal changes meanwhile or storage fails. */
export async function setUp(context: SettingsContext, addresses: Addresses, certificate: string): Promise<string[]> {
  const row = await selectSso(context.db).first<SsoRow>();
  if (!row) throw new ScriptError('This state has no portal.');
  return [
    ...(await trust(context, row.sso, addresses, certificate)),
    ...(await verifyDomain(context, row)),
    ...(await leadHome(context, row, addresses)),
    ...(await makeAdmin(context)),
  ];
}

async function trust(
  context: SettingsContext,
  stored: string,
  addresses: Addresses,
  certificate: string,
): Promise<string[]> {
  const { issuer, signInUrl, signOutUrl } = addresses;
  const before = readSso(stored);
  const wanted = { issuer, signInUrl, signOutUrl, certificates: [certificate] };
  if (before && isSame(before, wanted)) return [];
  must(await saveSso(context, stored, { ...wanted, state: 'on', testedHash: null }));
  const replaced = before && before.issuer !== issuer ? `, in place of ${before.issuer}` : '';
  return [`Single sign-on is on with this identity provider${replaced}.`];
}

function isSame(before: SsoSettings, wanted: Omit<SsoSettings, 'state' | 'testedHash'>): boolean {
  const { state, testedHash: _, ...rest } = before;
  return (
    state === 'on' && JSON.stringify(Object.entries(rest).sort()) === JSON.stringify(Object.entries(wanted).sort())
  );
}

async function verifyDomain(context: SettingsContext, { emailDomains }: SsoRow): Promise<string[]> {
  const domains: readonly string[] = JSON.parse(emailDomains);
  if (domains.includes(DOMAIN)) return [];
  await write(context, 'emailDomains', 'email_domains = ?', JSON.stringify([...domains, DOMAIN]));
  return [`The e-mail domain ${DOMAIN} counts as verified: a first sign-in may make accounts in it.`];
}

async function leadHome(
  context: SettingsContext,
  { appUrl: before }: SsoRow,
  { appUrl }: Addresses,
): Promise<string[]> {
  if (before === appUrl) return [];
  await write(context, 'appUrl', 'app_url = ?', appUrl);
  return [`Who is no admin lands at ${appUrl}.`];
}

/** One column of the portal's row, with its line in the journal. */
async function write({ db, sources, actor }: SettingsContext, attribute: string, set: string, value: string) {
  const mutationId = randomId(sources);
  const entry = { mutationId, type: 'portal.changed', subject: 'portal', actor, attributes: [attribute] } as const;
  const outcome = await commit(db, {
    mutationId,
    guards: [],
    statements: [db.prepare(`UPDATE portal SET ${set} WHERE id = 1`).bind(value), insertJournal(db, entry, Date.now())],
  });
  if (outcome.kind === 'fault') throw outcome.error;
}

async function makeAdmin(context: SettingsContext): Promise<string[]> {
  const made = await ensureDemoAdmin(context);
  return made === undefined ? [] : [`Made ${made}, an admin who signs in by it.`];
}
