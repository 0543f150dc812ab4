// Single sign-on of a portal in which everything that can be named carries markup: the settings, a test that passed, the domains.
import { env } from 'cloudflare:workers';
import { certificatesOf, removalPath } from '../../src/console/authentication/certificate-words.ts';
import type { SsoSettings } from '../../src/sso/settings.ts';
import { settingsHash } from '../../src/sso/sso-store.ts';
import type { TestResult } from '../../src/sso/test-result.ts';
import { ADMIN } from './console.ts';
import type { Portal } from './portal.ts';
import { identityFor } from './provider.ts';

/** Fills it in. */
export async function fillSignIn({ sources }: Portal, markup: string): Promise<void> {
  const { certificateBase64 } = await identityFor(20, 'idp.example');
  const settings: SsoSettings = {
    state: 'on',
    issuer: `https://idp.example/${markup}`,
    signInUrl: `https://idp.example/?${markup}`,
    signOutUrl: `https://idp.example/out?${markup}`,
    certificates: [certificateBase64],
    testedHash: null,
  };
  const result: TestResult = {
    outcome: 'passed',
    assertion: {
      issuer: markup,
      nameId: `jane${markup}`,
      nameIdFormat: markup,
      attributes: { [markup]: [markup], email: [markup] },
    },
    person: { kind: 'created', userName: markup, role: markup, team: markup, unknownRole: markup, unknownTeam: markup },
    settingsHash: settingsHash(settings),
  };
  await env.DB.batch([
    env.DB.prepare('UPDATE portal SET sso = ?, email_domains = ?').bind(
      JSON.stringify(settings),
      JSON.stringify([markup]),
    ),
    env.DB.prepare(
      `INSERT INTO saml_requests (id, purpose, user_seq, result, created_at, expires_at)
       SELECT '_sample', 'test', seq, ?1, ?2, ?2 + 900000 FROM users WHERE id = ?3`,
    ).bind(JSON.stringify(result), sources.ms, ADMIN),
  ]);
}

/** The page of the only certificate. */
export async function certificateAddress(): Promise<string> {
  const row = await env.DB.prepare('SELECT sso FROM portal').first<{ sso: string }>();
  const settings = JSON.parse(row?.sso ?? '{}') as SsoSettings;
  const [certificate] = certificatesOf(settings.certificates);
  if (!certificate) throw new Error('the portal has no certificate');
  return removalPath(certificate);
}
