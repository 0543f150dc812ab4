// The local portal is made to trust the local identity provider, by what the console calls when an admin does it. A second time changes
// nothing, so that the journal says what happened and no more.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { ok, type Result } from '../../src/failure.ts';
import { randomId } from '../../src/random-id.ts';
import { readSso, type SsoSettings } from '../../src/sso/settings.ts';
import { type SsoRow, saveSso, selectSso } from '../../src/sso/sso-store.ts';
import { commit } from '../../src/storage/commit.ts';
import { faultFailure } from '../../src/storage/fault-failure.ts';
import { insertJournal } from '../../src/storage/journal.ts';
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
  const row = await selectSso(context.db).first<SsoRow>();
  if (!row) throw new Error('the state has no portal');
  const done: string[] = [];
  for (const step of [trust, verifyDomain, leadHome, makeAdmin]) {
    const sentence = await step(context, row, addresses, certificate);
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
  const sentence = `The e-mail domain ${DOMAIN} counts as verified: a first sign-in may make accounts in it.`;
  return write(context, 'emailDomains', 'email_domains = ?', JSON.stringify([...domains, DOMAIN]), sentence);
}

async function leadHome(context: SettingsContext, { appUrl: before }: SsoRow, { appUrl }: Addresses): Step {
  if (before === appUrl) return ok(undefined);
  return write(context, 'appUrl', 'app_url = ?', appUrl, `Who is no admin lands at ${appUrl}.`);
}

/** One column of the portal's row, with its line in the journal. */
async function write(
  { db, sources, actor }: SettingsContext,
  attribute: string,
  set: string,
  value: string,
  sentence: string,
): Step {
  const mutationId = randomId(sources);
  const entry = { mutationId, type: 'portal.changed', subject: 'portal', actor, attributes: [attribute] } as const;
  const update = db.prepare(`UPDATE portal SET ${set} WHERE id = 1`).bind(value);
  const statements = [update, insertJournal(db, entry, Math.trunc(sources.nowMs()))];
  const outcome = await commit(db, { mutationId, guards: [], statements });
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(sentence);
}

async function makeAdmin(context: SettingsContext): Step {
  const made = await ensureDemoAdmin(context);
  if (!made.ok) return made;
  return ok(made.value === undefined ? undefined : `Made ${made.value}, an admin who signs in by it.`);
}
