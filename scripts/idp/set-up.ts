// The local portal is made to trust the local identity provider, by what the console calls when an admin does it. A second time changes
// nothing, so that the journal says what happened and no more.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { ok, type Result } from '../../src/failure.ts';
import { setAppUrl } from '../../src/sso/app-url.ts';
import { addDomain } from '../../src/sso/email-domains.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { readSsoRow, type SsoRow, saveSso } from '../../src/sso/sso-store.ts';
import { ensureDemoAdmin } from './demo-admin.ts';
import type { Addresses } from './metadata.ts';

const DOMAIN = 'acme.example';

/** What a step changed, as a sentence; undefined for nothing. */
type Step = Promise<Result<string | undefined>>;

/** What was changed, a sentence each. Fails with `precondition_failed` where somebody else saves at the same time, and like storage
 * does; what was done by then stays done, and the next time goes on from there. */
export async function setUp(
  context: SettingsContext,
  addresses: Addresses,
  certificate: string,
): Promise<Result<string[]>> {
  const row = await readSsoRow(context.db);
  if (!row.ok) return row;
  const done: string[] = [];
  for (const step of [trust, verifyDomain, leadHome, makeAdmin]) {
    const sentence = await step(context, row.value, addresses, certificate);
    if (!sentence.ok) return sentence;
    if (sentence.value !== undefined) done.push(sentence.value);
  }
  return ok(done);
}

async function trust(context: SettingsContext, { sso }: SsoRow, addresses: Addresses, certificate: string): Step {
  const { issuer, signInUrl, signOutUrl } = addresses;
  const before = readSso(sso);
  const wanted = { issuer, signInUrl, signOutUrl, certificates: [certificate] };
  if (before && isSame(before, wanted)) return ok(undefined);
  const saved = await saveSso(context, sso, { ...wanted, state: 'on', testedHash: null });
  if (!saved.ok) return saved;
  const replaced = before && before.issuer !== issuer ? `, in place of ${before.issuer}` : '';
  return ok(`Single sign-on is on with this identity provider${replaced}.`);
}

function isSame(before: SsoSettings, wanted: Omit<SsoSettings, 'state' | 'testedHash'>): boolean {
  const { state, issuer, signInUrl, signOutUrl, certificates } = before;
  const now = { issuer, signInUrl, signOutUrl, certificates };
  return state === 'on' && JSON.stringify(now) === JSON.stringify(wanted);
}

async function verifyDomain(context: SettingsContext, { emailDomains }: SsoRow): Step {
  const domains: readonly string[] = JSON.parse(emailDomains);
  if (domains.includes(DOMAIN)) return ok(undefined);
  const added = await addDomain(context, DOMAIN);
  if (!added.ok) return added;
  return ok(`The e-mail domain ${DOMAIN} counts as verified: a first sign-in may make accounts in it.`);
}

async function leadHome(context: SettingsContext, { appUrl: before }: SsoRow, { appUrl }: Addresses): Step {
  if (before === appUrl) return ok(undefined);
  const set = await setAppUrl(context, appUrl);
  return set.ok ? ok(`Who is no admin lands at ${appUrl}.`) : set;
}

async function makeAdmin(context: SettingsContext): Step {
  const made = await ensureDemoAdmin(context);
  if (!made.ok) return made;
  return ok(made.value === undefined ? undefined : `Made ${made.value}, an admin who signs in by it.`);
}
