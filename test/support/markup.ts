// A portal in which everything that people and identity providers can name carries markup, and an address of it for every screen.
import { env } from 'cloudflare:workers';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { newKeyId } from '../../src/auth/key-format.ts';
import { addSecret, createClient } from '../../src/auth/oauth/client-store.ts';
import { randomId } from '../../src/random-id.ts';
import { certificateAddress, fillSignIn } from './markup-sign-in.ts';
import type { Portal } from './portal.ts';
import { makeTrouble } from './trouble.ts';

/** Would be an element, would end an attribute, would be a character. */
export const MARKUP = `<i id=x>"'&lt;`;

/** Fills a portal; call it once. */
export async function fillWithMarkup(portal: Portal): Promise<void> {
  const answer = await portal.send('POST', '/Users', {
    userName: `jane${MARKUP}@acme.example`,
    name: { givenName: `Jane${MARKUP}`, familyName: MARKUP },
    displayName: MARKUP,
    title: MARKUP,
    emails: [{ value: `jane${MARKUP}@acme.example`, type: MARKUP }],
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  const members = [{ value: answer.body.id }];
  await portal.send('POST', '/Groups', { displayName: `Group ${MARKUP}`, members });
  await portal.send('POST', '/Users', { userName: `jane${MARKUP}@acme.example` });
  const { seq: ownerSeq } = await marked();
  const made = await createWorkspace(env, portal.sources, { ownerSeq, name: `Room ${MARKUP}` });
  if (!made.ok) throw new Error(made.failure.detail);
  await makeClient(portal);
  await fillSignIn(portal, MARKUP);
  await makeTrouble(env.DB, portal.sources.ms);
  await env.DB.batch([
    env.DB.prepare('UPDATE portal SET name = ?').bind(`Acme ${MARKUP}`),
    env.DB.prepare('UPDATE sessions SET user_agent = ?').bind(MARKUP),
    env.DB.prepare('UPDATE api_keys SET label = label || ?').bind(MARKUP),
    env.DB.prepare('UPDATE refusals SET detail = ?').bind(MARKUP),
    env.DB.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES ('team-1', ?1, ?1, 1)").bind(MARKUP),
    env.DB.prepare('UPDATE users SET team_seq = (SELECT seq FROM teams) WHERE login_type = ?').bind('saml'),
    env.DB.prepare('UPDATE users SET given_name = ?1 WHERE given_name IS NULL').bind(MARKUP),
  ]);
}

const REDIRECT_URI = 'https://system-admin.okta.com/admin/app/cpc/acme/oauth/callback';

async function makeClient({ sources, ownerSeq }: Portal): Promise<void> {
  const by = { actor: 'test' };
  const grant = { grant: 'authorization_code', redirectUris: [REDIRECT_URI] } as const;
  const wanted = { clientId: newKeyId(sources), ownerSeq, label: 'Okta', grant, ...by };
  const made = await createClient(env, sources, wanted);
  if (!made.ok) throw new Error(made.failure.detail);
  const secret = await addSecret(env, sources, { clientId: made.value, secretId: randomId(sources), ...by });
  if (!secret.ok) throw new Error(secret.failure.detail);
  const now = sources.nowMs();
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO oauth_codes (hash, key_id, user_id, grant_id, redirect_uri, scope, created_at, expires_at, used_at)
       SELECT 'code', ?1, id, 'access-1', ?2, 'scim', ?3, ?3, ?3 FROM users WHERE user_name LIKE 'jane<%'`,
    ).bind(made.value, REDIRECT_URI, now),
    env.DB.prepare(
      `INSERT INTO oauth_tokens (hash, key_id, kind, grant_id, scope, created_at, expires_at)
       VALUES ('refresh', ?, 'refresh', 'access-1', 'scim', ?, ?)`,
    ).bind(made.value, now, now + 90 * 86_400_000),
  ]);
}

async function marked(): Promise<{ seq: number }> {
  const row = await env.DB.prepare("SELECT seq FROM users WHERE user_name LIKE 'jane<%'").first<{ seq: number }>();
  if (!row) throw new Error('the portal is not filled');
  return row;
}

const SAMPLES: readonly (readonly [pattern: RegExp, sql: string])[] = [
  [/^\/console\/authentication\/test\/:id/, "SELECT id AS value FROM saml_requests WHERE purpose = 'test'"],
  [/^\/console\/teams\/:id/, 'SELECT id AS value FROM teams LIMIT 1'],
  [/^\/console\/mails\/:seq/, 'SELECT seq AS value FROM outbox LIMIT 1'],
  [/^\/console\/users\/:seq/, "SELECT seq AS value FROM users WHERE user_name LIKE 'jane<%'"],
  [/^\/console\/keys\/:id/, "SELECT id AS value FROM api_keys WHERE revoked_at IS NULL AND purpose = 'scim' LIMIT 1"],
  [
    /^\/console\/clients\/:id/,
    'SELECT key_id AS value, s.id AS secret, grant_id AS access FROM oauth_secrets AS s JOIN oauth_codes USING (key_id)',
  ],
  [/^\/console\/workspaces\/:id/, 'SELECT id AS value FROM workspaces LIMIT 1'],
  [/^\/console\/destructions\/:seq/, "SELECT seq AS value FROM destructions WHERE kind = 'workspaces' LIMIT 1"],
];

/** An address that fits the pattern of a screen and leads to something. Throws for a parameter that it does not know. */
export async function sampleAddress(pattern: string): Promise<string> {
  if (pattern === '/oauth/authorize') {
    const asked = { response_type: 'code', client_id: await clientId(), redirect_uri: REDIRECT_URI };
    return `${pattern}?${new URLSearchParams(asked)}`;
  }
  if (!pattern.includes(':')) return pattern;
  if (pattern.includes(':fingerprint')) return certificateAddress();
  const sample = SAMPLES.find(([known]) => known.test(pattern));
  if (!sample) throw new Error(`no sample for ${pattern}: add one here`);
  const row = await env.DB.prepare(sample[1]).first<Record<string, string | number>>();
  if (!row) throw new Error(`nothing to show for ${pattern}`);
  return pattern.replaceAll(/:(\w+)/g, (_, name: string) => String(row[name] ?? row['value']));
}

async function clientId(): Promise<string> {
  const row = await env.DB.prepare('SELECT key_id AS id FROM oauth_clients').first<{ id: string }>();
  if (!row) throw new Error('the portal is not filled');
  return row.id;
}
