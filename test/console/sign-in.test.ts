// Signing in by password: who may, what others are told, and what it costs to ask.
import { env } from 'cloudflare:workers';
import { scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/auth/password-hash.ts';
import { signIn } from '../../src/auth/sign-in.ts';
import { ADMIN, PASSWORD, type Page, signedIn, Visitor } from '../support/console.ts';
import { addAccount, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await signedIn(portal.sources);
  visitor = new Visitor(portal.sources);
});

const setPassword = async (userName: string, password = PASSWORD) => {
  const hash = await hashPassword(portal.sources, password);
  await env.DB.prepare(
    'INSERT INTO credentials (user_seq, hash, set_at) SELECT seq, ?, 0 FROM users WHERE user_name = ?',
  )
    .bind(hash, userName)
    .run();
};

describe('who is let in', () => {
  it('is an admin with the right password, by the name in any case', async () => {
    const page = await visitor.signIn(' ADMIN@acme.example ');
    expect([page.status, page.location]).toEqual([303, '/console']);
    const home = await visitor.get('/console');
    expect(home.status).toBe(200);
    expect(home.text).toContain(ADMIN);
    expect(await one('SELECT user_agent FROM sessions ORDER BY rowid DESC LIMIT 1')).toEqual({
      user_agent: 'Test/1.0',
    });
  });

  it('gets a cookie that no script, no plain HTTP and no other site has, and another one at each sign-in', async () => {
    const cookies = [(await visitor.signIn()).headers, (await new Visitor(portal.sources).signIn()).headers].map(
      (headers) => headers.getSetCookie().find((line) => line.startsWith('__Host-portcullis=')) ?? '',
    );
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-portcullis=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    }
    expect(cookies[0]).not.toBe(cookies[1]);
  });

  it('on localhost over HTTP goes without the prefix that not every browser takes there', async () => {
    await visitor.get('http://localhost:8787/console/sign-in');
    expect([...visitor.cookies.keys()]).toEqual(['local-portcullis-form']);
  });

  it('finds an old hash with smaller parameters as good as a new one', async () => {
    const salt = new Uint8Array(16);
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 12, r: 8, p: 1 });
    const hash = ['scrypt', 12, 8, 1, Buffer.from(salt).toString('base64url'), key.toString('base64url')].join('$');
    expect(await verifyPassword(PASSWORD, hash)).toBe(true);
    expect(await verifyPassword(`${PASSWORD}.`, hash)).toBe(false);
    expect(await verifyPassword(PASSWORD, 'scrypt$12$8$1$$')).toBe(false);
  });
});

const OUTSIDERS: readonly (readonly [who: string, prepare: () => Promise<string>])[] = [
  ['the wrong password', async () => ADMIN],
  ['nobody', async () => 'nobody@acme.example'],
  ['an admin without a password', async () => 'break-glass@acme.example'],
  ['a deactivated admin', () => account('password', "active = 0, role = 'user'")],
  ['a user who is no admin', () => account('password', "role = 'user'")],
  ['a removed admin', () => account('password', 'removed_at = 1')],
  ['a service account', () => account('service', 'active = 1')],
  ['somebody of the identity provider', () => account('saml', 'active = 1')],
];

let others = 0;

async function account(loginType: 'password' | 'service' | 'saml', columns: string): Promise<string> {
  const userName = `other${++others}@acme.example`;
  const seq = await addAccount(loginType, userName, 'admin');
  await setPassword(userName);
  await env.DB.prepare(`UPDATE users SET ${columns} WHERE seq = ?`).bind(seq).run();
  return userName;
}

/** The hashes that a sign-in by this name looks at: each look is one run of scrypt. */
async function looksOf(userName: string): Promise<string[]> {
  const hashes: string[] = [];
  const from = { userAgent: '', hostname: 'portal.example', clientAddress: visitor.address };
  await signIn(env, portal.sources, { userName, password: 'a wrong password', ...from }, async (_password, hash) => {
    hashes.push(hash);
    return false;
  });
  return hashes;
}

describe('who is not', () => {
  it.each(OUTSIDERS)('is %s, told the same and after one run of scrypt', async (who, prepare) => {
    const userName = await prepare();
    const before = await rows('SELECT hash FROM sessions');
    const page = await visitor.signIn(userName, who === 'the wrong password' ? `${PASSWORD}!` : PASSWORD);
    expect(page.status).toBe(401);
    expect(page.text.replaceAll(userName, 'NAME').replaceAll(/value="[\w-]{43}"/g, '')).toContain(
      'The user name or the password is not right, or the account may not sign in here.',
    );
    expect(page.text).not.toContain(PASSWORD);
    expect(await looksOf(userName)).toEqual([expect.stringMatching(/^scrypt\$15\$8\$3\$/)]);
    expect(await rows('SELECT hash FROM sessions')).toEqual(before);
    expect(visitor.cookies.has('__Host-portcullis')).toBe(false);
  });

  it('is whoever was deactivated while the password was looked at', async () => {
    await visitor.get('/console/sign-in');
    const answer = visitor.post('/console/sign-in', { fields: { username: ADMIN, password: PASSWORD } });
    await env.DB.prepare('UPDATE users SET active = 0 WHERE user_name = ?').bind(ADMIN).run();
    expect((await answer).status).toBe(401);
  });

  it('finds what was typed as text in the page, not as markup', async () => {
    const page = await visitor.signIn('"><script>alert(1)</script>', 'x');
    expect(page.text).not.toContain('<script>alert');
    expect(page.text).toContain('&quot;&gt;&lt;script&gt;');
  });
});

describe('too many tries', () => {
  /** Tries until one is stopped. The limiter counts by the minutes of the real clock, so the count may begin anew once on the way. */
  async function stoppedAt(
    attempt: (n: number) => Promise<Page>,
  ): Promise<{ readonly tries: number; readonly page: Page }> {
    for (let tries = 1; ; tries++) {
      const page = await attempt(tries);
      if (page.status === 429) return { tries, page };
      expect([page.status, tries <= 20]).toEqual([401, true]);
    }
  }

  it('of one name are stopped from whatever address, with a sentence, before scrypt runs', async () => {
    const name = 'guessed@acme.example';
    const { tries, page } = await stoppedAt((n) => new Visitor(portal.sources).signIn(name, `guess ${n}`));
    expect(tries).toBeGreaterThan(10);
    expect(page.text).toContain('There were too many tries within a minute.');
    expect(page.headers.get('retry-after')).toBe('60');
    expect((await visitor.signIn()).location).toBe('/console');
  });

  it('of one address are stopped for whatever name, and a limiter that fails stops nobody', async () => {
    const { tries } = await stoppedAt((n) => visitor.signIn(`person${n}@acme.example`, 'x'));
    expect(tries).toBeGreaterThan(10);
    const SIGN_IN_TRIES: RateLimit = { limit: () => Promise.reject(new Error('no limiter')) };
    expect((await new Visitor(portal.sources, { ...env, SIGN_IN_TRIES }).signIn()).location).toBe('/console');
  });
});
