// The live check of a guide, through the dialogues of identity providers, right ones and mistaken ones.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScimKey, revokeKey } from '../../src/auth/key-store.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { always, Faults } from '../support/faults.ts';
import { addAccount, dump, ENTRA, freshPortal, type Portal, type SendOptions, sendTo } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const JANE = 'jane.example@acme.example';
const later = (seconds: number) => {
  portal.sources.ms += seconds * 1_000;
};
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

/** Where a page says that its live part is. */
const addressIn = (html: string) => (/data-live="([^"]+)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&');

/** What a window does: it loads the guide once, then asks for the part whose address the last answer gave. */
class Watcher {
  html = '';
  #next = '';
  readonly idp: 'okta' | 'entra' | 'other';

  constructor(idp: 'okta' | 'entra' | 'other' = 'okta') {
    this.idp = idp;
  }

  async open(query = `?key=${portal.keyId}`) {
    this.html = (await admin.get(`/console/connect/${this.idp}${query}`)).text;
    this.#next = addressIn(this.html);
    return this.rows();
  }

  async look() {
    const { text, headers } = await admin.get(this.#next);
    this.html = text;
    this.#next = headers.get('live-next') ?? '';
    return this.rows();
  }

  /** State and sentence of each row. */
  rows(): (readonly [state: string, text: string])[] {
    const list = /<div class="check".*?<\/ol>/s.exec(this.html)?.[0] ?? '';
    return [...list.matchAll(/<li class="(\w+)">(.*?)<\/li>/gs)].map(([, state = '', row = '']) => [
      state,
      textOf(row),
    ]);
  }

  states() {
    return this.rows()
      .map(([state]) => state)
      .join(' ');
  }
}

const user = (userName = JANE) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  name: { givenName: 'Jane', familyName: 'Example' },
  active: true,
});
const patch = (...Operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});
const stranger = (headers: Record<string, string>) =>
  sendTo(env, portal.sources, 'GET', '/Users?count=1', undefined, { headers });

describe('turns green', () => {
  it('row by row as Okta tests, creates, changes and deactivates, and stays so when the page is loaded again', async () => {
    const watcher = new Watcher();
    await watcher.open();
    expect(watcher.states()).toBe('waiting waiting waiting waiting');
    await portal.send('GET', '/Users?startIndex=1&count=2');
    await watcher.look();
    expect(watcher.states()).toBe('seen waiting waiting waiting');
    expect(watcher.html).not.toContain('Everything works');
    later(5);
    const { body } = await portal.send('POST', '/Users', user());
    await watcher.look();
    expect(watcher.states()).toBe('seen seen waiting waiting');
    expect(watcher.rows()[1]?.[1]).toContain(`${JANE} was created`);
    await portal.send('PUT', `/Users/${body.id}`, { ...user(), name: { givenName: 'Janet', familyName: 'Example' } });
    await watcher.look();
    expect(watcher.states()).toBe('seen seen seen waiting');
    await portal.send('PUT', `/Users/${body.id}`, { ...user(), active: false });
    await watcher.look();
    expect(watcher.states()).toBe('seen seen seen seen');
    expect(watcher.html).toContain('Everything works');
    await new Watcher().open().then((rows) => expect(rows.every(([state]) => state === 'seen')).toBe(true));
  });

  it('as Entra does the same by PATCH, with a bearer token', async () => {
    const watcher = new Watcher('entra');
    await watcher.open();
    const bearer: SendOptions = { headers: { authorization: `Bearer ${portal.username}:${portal.password}` } };
    const send = (method: string, path: string, body?: unknown) => portal.send(method, ENTRA + path, body, bearer);
    await send('GET', '/Users?filter=userName+eq+%22f0bd9c36-4a0a-4f1c-9f3c-6f3d2d6f7a11%22');
    const { body } = await send('POST', '/Users', user());
    await send('PATCH', `/Users/${body.id}`, patch({ op: 'Replace', path: 'name.givenName', value: 'Janet' }));
    await send('PATCH', `/Users/${body.id}`, patch({ op: 'Replace', path: 'active', value: 'False' }));
    await watcher.look();
    expect(watcher.states()).toBe('seen seen seen seen');
    expect(watcher.rows()[0]?.[1]).toContain('Entra was let in');
  });

  it('for the chosen key alone', async () => {
    const other = await createScimKey(env, portal.sources, {
      ownerSeq: portal.ownerSeq,
      label: 'other',
      actor: 'test',
    });
    if (!other.ok) throw new Error(other.failure.detail);
    await portal.send('POST', '/Users', user());
    const watcher = new Watcher();
    await watcher.open(`?key=${other.value.keyId}`);
    expect(watcher.states()).toBe('waiting waiting waiting waiting');
    await watcher.open();
    expect(watcher.states()).toBe('seen seen waiting waiting');
  });

  it('for somebody who comes back, and for a grant of admin rights as a change', async () => {
    await env.DB.prepare(`UPDATE portal SET features = '{"adminSync":true}', version = version + 1`).run();
    const { body } = await portal.send('POST', '/Users', user());
    await portal.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', value: { active: false } }));
    await portal.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', value: { active: true } }));
    const urn = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';
    await portal.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', value: { [`${urn}:isAdmin`]: true } }));
    const watcher = new Watcher();
    await watcher.open();
    expect(watcher.rows()[1]?.[1]).toContain(`${JANE} came back`);
    expect(watcher.states()).toBe('seen seen seen seen');
  });
});

describe('turns red, with what to change,', () => {
  const wrongs: readonly (readonly [name: string, authorization: () => string, says: RegExp])[] = [
    ['a wrong password', () => `Basic ${btoa(`${portal.username}:secret`)}`, /is not a SCIM API Password/],
    ['half a token', () => `Bearer ${portal.password}`, /SCIM API Password alone/],
    ['a base64 bearer', () => `Bearer ${btoa(`${portal.username}:x`)}`, /received with a base64 value/],
  ];

  it.each(wrongs)(
    'for %s before the key was ever used, and green with the right one',
    async (_, authorization, says) => {
      const watcher = new Watcher();
      await watcher.open();
      later(10);
      await stranger({ authorization: authorization() });
      const [first] = await watcher.look();
      expect(first?.[0]).toBe('failed');
      expect(first?.[1]).toMatch(says);
      expect(first?.[1]).toContain('What to change: Applications &gt; the app &gt; Provisioning &gt; Integration');
      expect(watcher.html).not.toContain(portal.password);
      later(10);
      await portal.send('GET', '/Users?count=1');
      expect((await watcher.look())[0]?.[0]).toBe('seen');
      expect(watcher.html).not.toMatch(says);
    },
  );

  it("in Entra's words on Entra's page, and without any for another client", async () => {
    await stranger({ authorization: `Bearer ${portal.password}` });
    await new Watcher('entra')
      .open()
      .then(([first]) => expect(first?.[1]).toContain('paste the whole Secret token again'));
    const other = new Watcher('other');
    const [first] = await other.open();
    expect(first?.[0]).toBe('failed');
    expect(other.html).not.toContain('What to change');
  });

  it('not for what strangers tried before the key was made', async () => {
    await stranger({ authorization: 'Bearer x' });
    later(10);
    const key = await createScimKey(env, portal.sources, { ownerSeq: portal.ownerSeq, label: 'new', actor: 'test' });
    const watcher = new Watcher();
    await watcher.open(`?key=${key.ok ? key.value.keyId : ''}`);
    expect(watcher.states()).toBe('waiting waiting waiting waiting');
  });

  it('for a stranger before the key works, for a quarter of an hour; then it waits, with the remark', async () => {
    const watcher = new Watcher();
    await watcher.open();
    await stranger({ authorization: `Bearer ${portal.password}` });
    later(15 * 60 - 1);
    await watcher.look();
    expect(watcher.states()).toBe('failed waiting waiting waiting');
    later(1);
    await watcher.look();
    expect(watcher.states()).toBe('waiting waiting waiting waiting');
    expect(watcher.rows()[0]?.[1]).toContain('Press Test');
    expect(watcher.html).toContain('class="remark"');
  });

  it('not for a stranger once the key works: that is a remark, for a quarter of an hour', async () => {
    await portal.send('GET', '/Users?count=1');
    later(60);
    await stranger({ authorization: `Bearer ${portal.password}` });
    const watcher = new Watcher();
    const [first] = await watcher.open();
    expect(first?.[0]).toBe('seen');
    expect(watcher.html).toContain('class="remark"');
    later(15 * 60);
    await watcher.look();
    expect(watcher.html).not.toContain('class="remark"');
  });

  it('for a base URL that is too long, with the right one, until a person arrives', async () => {
    const watcher = new Watcher();
    await watcher.open();
    await portal.send('GET', '/Users/Users/x?count=1');
    const [first] = await watcher.look();
    expect(first?.[0]).toBe('failed');
    expect(first?.[1]).toContain('https://portal.example/scim/v2, without /Users');
    expect(first?.[1]).toContain('The key itself was accepted');
    later(5);
    await portal.send('POST', '/Users', user());
    await watcher.look();
    expect(watcher.states()).toBe('seen seen waiting waiting');
  });

  it('for another userName, until a change goes well', async () => {
    const { body } = await portal.send('POST', '/Users', user());
    const watcher = new Watcher();
    await watcher.open();
    later(3);
    await portal.send('PUT', `/Users/${body.id}`, user('somebody.else@acme.example'));
    const [, , change] = await watcher.look();
    expect(change?.[0]).toBe('failed');
    expect(change?.[1]).toContain('Update application username on to Create only');
    expect(change?.[1]).not.toContain('somebody.else');
    await new Watcher('entra')
      .open()
      .then((rows) => expect(rows[2]?.[1]).toContain('mutability of userName to Immutable'));
    later(3);
    await portal.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', value: { 'name.givenName': 'Janet' } }));
    await watcher.look();
    expect(watcher.states()).toBe('seen seen seen waiting');
  });

  it('for a name that a password account has, and for the last admin', async () => {
    await portal.send('POST', '/Users', user('break-glass@acme.example'));
    const watcher = new Watcher();
    const [, create] = await watcher.open();
    expect(create?.[0]).toBe('failed');
    expect(create?.[1]).toContain('which SCIM does not manage');
    await env.DB.prepare("DELETE FROM users WHERE login_type = 'password' AND user_name NOT LIKE 'admin@%'").run();
    await addAccount('saml', JANE, 'admin');
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
    await portal.send('DELETE', `/Users/${JANE}`);
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE login_type = 'password'").run();
    const [, , change, deactivation] = await watcher.look();
    expect([change?.[0], deactivation?.[0]]).toEqual(['waiting', 'failed']);
    expect(deactivation?.[1]).toContain('last active admin');
  });

  it('for a key that was revoked, has expired or lost its owner', async () => {
    const watcher = new Watcher();
    await env.DB.prepare('UPDATE api_keys SET expires_at = ?').bind(portal.sources.ms).run();
    expect((await watcher.open())[0]?.[1]).toContain('has expired');
    await env.DB.prepare('UPDATE api_keys SET expires_at = NULL').run();
    await env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(portal.ownerSeq).run();
    expect((await watcher.look())[0]?.[1]).toContain('no active admin any more');
    await revokeKey(env, portal.sources, { keyId: portal.keyId, actor: 'test' });
    expect((await watcher.look())[0]?.[1]).toContain('was revoked');
  });

  it('not for somebody who is gone already, and is looked for or deleted once more', async () => {
    const { body } = await portal.send('POST', '/Users', user());
    await portal.send('DELETE', `/Users/${body.id}`);
    later(3);
    expect((await portal.send('DELETE', `/Users/${body.id}`)).status).toBe(404);
    expect((await portal.send('GET', `/Users/${body.id}`)).status).toBe(404);
    const watcher = new Watcher();
    await watcher.open();
    expect(watcher.states()).toBe('seen seen waiting seen');
    expect(watcher.rows()[3]?.[1]).toContain(`${JANE} was removed`);
    await portal.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', value: { 'name.givenName': 'J' } }));
    expect((await watcher.look())[2]?.[0]).toBe('failed');
  });

  it('for a group that is refused, in a row of its own, and only for a while', async () => {
    await portal.send('GET', '/Users?count=1');
    await portal.send('POST', '/Groups', { displayName: 'Team' });
    await portal.send('POST', '/Groups', { displayName: 'team' });
    const watcher = new Watcher();
    const rows = await watcher.open();
    expect(watcher.states()).toBe('seen waiting waiting waiting failed');
    expect(rows[4]?.[1]).toContain('Refresh App Groups');
    later(15 * 60);
    await watcher.look();
    expect(watcher.states()).toBe('seen waiting waiting waiting');
  });
});

it('a database that is out of reach is said so, in the live part too', async () => {
  const down = new Faults(
    always({ fails: 'D1 DB is overloaded. Requests queued for too long.', moment: 'before' }, 'DB'),
  );
  const visitor = new Visitor(portal.sources, down.over({ ...env }));
  for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
  for (const path of ['', '/okta', '/entra/check', '/other']) {
    expect((await visitor.get(`/console/connect${path}`)).status).toBe(503);
  }
});

it('shows what a client wrote as text', async () => {
  const userName = '<b>jane</b>@acme.example';
  await portal.send('POST', '/Users', user(userName));
  await portal.send('POST', '/Users', user(userName));
  const watcher = new Watcher();
  await watcher.open();
  expect(watcher.html).not.toContain('<b>jane');
});

describe('a forged memory', () => {
  const check = async (query: string) =>
    (await admin.get(`/console/connect/okta/check?key=${portal.keyId}&${query}`)).text;

  it('shows nothing that the key did not do, and changes nothing', async () => {
    const other = await createScimKey(env, portal.sources, {
      ownerSeq: portal.ownerSeq,
      label: 'other',
      actor: 'test',
    });
    await portal.send('POST', '/Users', user());
    const { seq } = (await env.DB.prepare(
      "SELECT seq FROM journal WHERE type = 'user.created' ORDER BY seq DESC",
    ).first<{ seq: number }>()) ?? { seq: 0 };
    const before = await dump();
    const id = other.ok ? other.value.keyId : '';
    const page = await admin.get(
      `/console/connect/okta/check?key=${id}&looked=${seq}.0.0&done=${seq}.${seq}.${seq}&refused=1.2.3.4.5.6`,
    );
    expect(page.text).not.toContain(JANE);
    expect(await check(`looked=${seq}.0.0&done=0.${seq}.${seq}&refused=0.0.0.0.0.0`)).not.toContain('was changed');
    expect(await dump()).toEqual(before);
  });

  it.each(['looked=x', 'looked=1.2&done=1&refused=1', 'looked=-1.0.0&done=0.0.0&refused=0.0.0.0.0.0', 'looked=%00'])(
    'of %s is none: the look begins anew',
    async (query) => {
      await portal.send('POST', '/Users', user());
      expect(await check(query)).toContain(`${JANE} was created`);
    },
  );
});
