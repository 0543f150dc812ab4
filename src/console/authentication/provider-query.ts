// What the pages of single sign-on read, in the call that asks for the session.
import { selectPasswordAdmin } from '../../auth/password-admin.ts';
import { readSso, type SsoSettings } from '../../sso/settings.ts';
import { type SsoRow, selectSso, settingsHash } from '../../sso/sso-store.ts';
import type { Addressed, SignedIn } from '../exchange.ts';

/** As many tests are looked at for those of the admin who asks. */
const LOOKED_AT = 200;
const SHOWN = 5;

/** A test that has not run out. Times are UTC milliseconds. */
export interface RecentTest {
  readonly id: string;
  readonly userSeq: number;
  readonly createdAt: number;
  readonly outcome: 'passed' | 'refused' | null;
}

/** The statements, in the order in which `readProvider` takes their results. */
export function selectProvider({ env, sources }: Addressed): readonly D1PreparedStatement[] {
  const tests = env.DB.prepare(
    `SELECT id, user_seq AS userSeq, created_at AS createdAt, result ->> '$.outcome' AS outcome
     FROM (SELECT * FROM saml_requests WHERE expires_at > ? ORDER BY expires_at DESC LIMIT ${LOOKED_AT})
     WHERE purpose = 'test' ORDER BY createdAt DESC`,
  ).bind(Math.trunc(sources.nowMs()));
  return [selectSso(env.DB), selectPasswordAdmin(env.DB), tests];
}

export interface Provider {
  readonly row: SsoRow;
  /** Undefined where nothing is set up. */
  readonly settings: SsoSettings | undefined;
  readonly domains: readonly string[];
  readonly hasPasswordAdmin: boolean;
  /** Of the admin who asks, the newest first. */
  readonly tests: readonly RecentTest[];
  /** What a form says it was shown with. */
  readonly seen: string;
}

/** What the results of `selectProvider` say. Throws where the portal has no row, or a damaged one. */
export function readProvider({ session }: Pick<SignedIn, 'session'>, results: readonly D1Result[]): Provider {
  const [rows, passwordAdmins, tests] = results;
  const row = rows?.results[0] as SsoRow | undefined;
  if (!row) throw new Error('the portal has no row');
  const settings = readSso(row.sso);
  const all = (tests?.results ?? []) as unknown as RecentTest[];
  return {
    row,
    settings,
    domains: JSON.parse(row.emailDomains),
    hasPasswordAdmin: (passwordAdmins?.results.length ?? 0) > 0,
    tests: all.filter(({ userSeq }) => userSeq === session.userSeq).slice(0, SHOWN),
    seen: settings ? `${settings.state}-${settingsHash(settings)}` : 'none',
  };
}
