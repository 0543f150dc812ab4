// The log page: everything that can have happened is shown, in plain text, with its filters in the address; what it costs is counted.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES } from '../../src/failure.ts';
import { DONE_TEXTS, RULE_TEXTS } from '../../src/log/done-texts.ts';
import { REFUSAL_TEXTS } from '../../src/log/explain.ts';
import { wordsOf } from '../../src/log/words.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { always, Faults, nth } from '../support/faults.ts';
import { addDone, addRefused, sentencesIn, textOf, visible } from '../support/log.ts';
import { addAccount, freshPortal, type Portal, sendTo } from '../support/portal.ts';
import { JANE, jane, one } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeAll(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

beforeEach(() =>
  env.DB.batch([
    env.DB.prepare('DELETE FROM journal'),
    env.DB.prepare('DELETE FROM refusals'),
    env.DB.prepare('DELETE FROM users WHERE user_name = ?').bind(JANE),
    env.DB.prepare("UPDATE api_keys SET label = 'test', username = ?, revoked_at = NULL").bind(portal.username),
  ]),
);

const log = async (query = '') => admin.get(`/console/log${query}`);
const shown = async (query = '') => sentencesIn((await log(query)).text);

describe('every', () => {
  it.each(Object.keys(DONE_TEXTS))(
    '%s is shown as a sentence, with its words, and can be filtered for',
    async (type) => {
      await addDone([{ type, subject: '7', actor: 'cli' }]);
      const { status, text } = await log(`?type=${type}`);
      expect(status).toBe(200);
      const [sentence] = sentencesIn(text);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(textOf(text)).toContain(wordsOf(type as keyof typeof DONE_TEXTS));
      expect(text).toContain(`<option value="${type}" selected="">`);
    },
  );

  it.each(Object.keys(REFUSAL_TEXTS))('refusal %s is shown with its status and with what to change', async (rule) => {
    const { status } = FAILURES[rule as keyof typeof REFUSAL_TEXTS];
    await addRefused([{ rule, status, detail: 'The answer.' }]);
    const page = await log(`?rule=${rule}`);
    expect(page.status).toBe(200);
    const text = textOf(page.text);
    expect(text).toContain(`Refused ${status}`);
    expect(text).toContain(wordsOf(rule as keyof typeof REFUSAL_TEXTS));
    expect(page.text).toMatch(/<details id="refusal-\d+-change" open="">/);
    expect(sentencesIn(page.text)).toHaveLength(1);
  });

  it.each(Object.keys(RULE_TEXTS))('rule %s is shown in words', async (rule) => {
    await addDone([{ type: 'user.updated', rule }]);
    const text = textOf((await log(`?rule=${rule}`)).text);
    expect(text).toContain(wordsOf(rule as keyof typeof RULE_TEXTS));
    expect(sentencesIn((await log(`?rule=${rule}`)).text)).toHaveLength(1);
  });

  it('word for what happened is another one, and none is a code', () => {
    const codes = [...Object.keys(DONE_TEXTS), ...Object.keys(RULE_TEXTS), ...Object.keys(REFUSAL_TEXTS)];
    const words = codes.map((code) => wordsOf(code as keyof typeof DONE_TEXTS));
    expect(new Set(words).size).toBe(codes.length);
    for (const word of words) expect(word).toMatch(/^[A-Z][\w ,-]+$/);
    expect(words.join()).not.toMatch(/_|\./);
  });

  it('type and rule of a later version is shown all the same', async () => {
    await addDone([{ type: 'portal.painted', rule: 'because' }]);
    await addRefused([{ rule: 'not_yet_known', status: 418 }]);
    expect(await shown()).toHaveLength(2);
  });
});

describe('an entry', () => {
  it('names the key with a link, the user with one, and the request that finds all it did', async () => {
    const answer = await portal.send('POST', '/Users', jane());
    const { text } = await log();
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(sentencesIn(text)).toEqual([`The key "test" created the user ${JANE}.`]);
    expect(text).toContain(`<a href="/console/users/${seq}">${JANE}</a>`);
    expect(text).toContain(`<a href="/console/keys/${portal.keyId}">The key`);
    expect(text).toContain(`href="/console/log?request=${requestId}"`);
    expect(await shown(`?request=${requestId}`)).toHaveLength(1);
    expect(textOf(text)).toContain('SCIM API Username scim-admin@acme.example');
  });

  it('tells a failed sign-in of an identity provider as one', async () => {
    await sendTo(portal.env, portal.sources, 'GET', '/Users', undefined, {
      headers: { authorization: `Basic ${btoa('scim-admin@acme.example:wrong')}` },
    });
    const text = textOf((await log('?key=strangers')).text);
    expect(text).toContain('Refused 401 Failed sign-in');
    expect(text).toContain('In Okta Applications › the app › Provisioning › Integration');
    expect(text).toContain('GET /Users → 401');
    await addRefused([{ rule: 'user_name_in_use', status: 409, actor: portal.keyId }]);
    expect(textOf((await log(`?key=${portal.keyId}`)).text)).not.toContain('Failed sign-in');
  });

  it('tells both people of what an admin did for a service account', async () => {
    await addDone([
      { type: 'key.created', actor: 'admin@acme.example as scim-admin@acme.example', subject: portal.keyId },
    ]);
    const { text } = await log();
    expect(sentencesIn(text)).toEqual(['admin@acme.example acting for scim-admin@acme.example made the key "test".']);
    expect(text).toContain(`service account <a href="/console/users/${portal.ownerSeq}">`);
  });

  it('that is repeated is one, with how many times and each request', async () => {
    await addRefused(
      Array.from({ length: 13 }, (_, i) => ({ rule: 'invalid_filter', status: 400, requestId: `r${i}`, detail: 'x' })),
    );
    const { text } = await log();
    expect(sentencesIn(text)).toHaveLength(1);
    expect(textOf(text)).toContain('13 times');
    expect(text).toContain('request=r12"');
    expect(textOf(text)).toContain('and 3 times before');
    await addRefused([{ rule: 'invalid_filter', status: 400, detail: 'other' }]);
    expect(await shown()).toHaveLength(2);
  });

  it('shows whatever is stored as text', async () => {
    const markup = `<i id=x>"'&lt;`;
    await addDone([
      { type: markup, subject: markup, actor: markup, attributes: [markup], requestId: markup },
      { type: 'user.updated', subject: markup, actor: `${markup} as x`, attributes: [markup], rule: markup },
    ]);
    await addRefused([
      { rule: markup, status: 400, method: markup, route: markup, detail: markup, actor: markup, requestId: markup },
      { rule: 'invalid_filter', status: 400, detail: markup },
    ]);
    await env.DB.prepare('UPDATE api_keys SET label = ?1, username = ?1').bind(markup).run();
    for (const query of ['', `?user=${encodeURIComponent(markup)}`, `?request=${encodeURIComponent(markup)}`]) {
      const { text } = await log(query);
      expect(text).not.toContain('<i id');
      expect(text).toContain('&lt;i id');
    }
  });
});

describe('an address that says what cannot be', () => {
  it.each([
    '?show=everything',
    '?type=user.exploded',
    '?rule=constructor',
    '?time=1y',
    '?time=toString',
    '?key=%27%20OR%201',
    `?key=${'k'.repeat(65)}`,
    '?request=%3Cb%3E',
    '?from=yesterday',
    '?to=2026-13-45T99:99',
    '?from=2026-01-02T00:00&to=2026-01-01T00:00',
    '?before=1',
    '?before=-1.2',
    `?before=${'9'.repeat(16)}.1`,
    `?user=${'u'.repeat(501)}`,
  ])('%s is a page with a sentence, lists nothing, and keeps what was typed', async (query) => {
    await addDone([{ type: 'user.updated' }]);
    const page = await log(query);
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/role="alert" id="wrong">[A-Z][^<]+\.</);
    expect(sentencesIn(page.text)).toEqual([]);
    expect((await admin.get(`/console/log/live${query}&after=0.0&shown=1`)).status).toBe(204);
    expect((await admin.get(`/console/log.csv${query}`)).location).toMatch(/^\/console\/log\?/);
  });

  it('empty fields, as a form sends them, ask nothing', async () => {
    await addDone([{ type: 'user.updated' }]);
    expect(await shown('?user=&key=&time=&type=&rule=&request=&from=&to=&before=&show=all')).toHaveLength(1);
  });
});

describe('where nothing is to be seen, the page says what to do', () => {
  it.each([
    ['', 'Nothing has happened yet', '/console/connect'],
    ['?show=refused', 'Nothing was refused', undefined],
    ['?user=nobody', 'No entry fits these filters', '/console/log'],
    ['?user=nobody&show=refused', 'A refused request is not kept with a user', '/console/log?show=refused'],
    ['?before=1.1', 'No older entries', '/console/log'],
  ])('%s', async (query, sentence, path) => {
    const { text, status } = await log(query);
    expect(status).toBe(200);
    expect(textOf(text)).toContain(sentence);
    if (path) expect(text).toContain(`href="${path}"`);
  });
});

describe('the form', () => {
  it('keeps what was chosen, and so do the views and the pages', async () => {
    await addDone(Array.from({ length: 60 }, (_, i) => ({ type: 'user.updated', subject: `u${i}`, actor: 'cli' })));
    const { text } = await log('?key=cli&time=7d&show=done');
    expect(text).toContain('<option value="cli" selected="">The command line</option>');
    expect(text).toContain('<option value="7d" selected="">');
    expect(text).toContain('<input type="hidden" name="show" value="done"');
    const next = /<a href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toMatch(/^\/console\/log\?show=done&key=cli&time=7d&before=\d+\.\d+$/);
    const second = await admin.get(next);
    expect(sentencesIn(second.text)).toHaveLength(10);
    expect(second.text).not.toContain('data-live=');
    expect(visible(second.text)).toContain('href="/console/log?show=refused&key=cli&time=7d"');
  });

  it('finds a user by the name, in any case, and leads to their page', async () => {
    const seq = await addAccount('saml', JANE);
    await addDone([
      { type: 'user.updated', subject: JANE },
      { type: 'user.updated', subject: 'x' },
    ]);
    const { text } = await log('?user=JANE.Example@acme.example');
    expect(sentencesIn(text)).toHaveLength(1);
    expect(textOf(text)).toContain(`What happened to ${JANE} and what they did.`);
    expect(text).toContain(`href="/console/users/${seq}"`);
  });

  it('finds what was done to a key by its id, and not what the key did', async () => {
    const seq = await addAccount('saml', JANE);
    const id = portal.keyId;
    await env.DB.prepare('UPDATE users SET id = ? WHERE seq = ?').bind('0123456789ab', seq).run();
    await addDone([
      { type: 'key.created', subject: id, actor: 'cli' },
      { type: 'user.updated', subject: '0123456789ab', actor: id },
      { type: 'key.revoked', subject: id, actor: '0123456789ab as ' },
    ]);
    const { text } = await log(`?user=${id}`);
    expect(sentencesIn(text)).toHaveLength(2);
    expect(text).toMatch(new RegExp(`name="user"[^>]* value="${id}"|value="${id}"[^>]* name="user"`));
    expect((await admin.get(`/console/keys/${id}`)).text).toContain(`href="/console/log?user=${id}"`);
    expect(await shown('?user=0123456789ab')).toHaveLength(2);
    expect(await shown(`?user=${JANE}`)).toHaveLength(2);
  });

  it('offers the keys there are, revoked ones too, and one that is not listed', async () => {
    await env.DB.prepare('UPDATE api_keys SET revoked_at = 1').run();
    expect(textOf((await log()).text)).toContain('test of scim-admin@acme.example (revoked)');
    expect(textOf((await log('?key=gone')).text)).toContain('Key gone');
  });
});

describe('when the database', () => {
  const through = async (faults: Faults) => {
    const visitor = new Visitor(portal.sources, { ...env, ...faults.over({ DB: env.DB }) });
    for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
    return visitor;
  };
  const overloaded = { fails: 'D1_ERROR: D1 DB is overloaded.', moment: 'before' } as const;

  it.each(['/console/log', '/console/log/live?after=0.0&shown=1', '/console/log.csv'])(
    'does not answer, %s says so with a 503, at either call',
    async (path) => {
      await addDone([{ type: 'user.updated' }]);
      expect((await (await through(new Faults(always(overloaded)))).get(path)).status).toBe(503);
      expect((await (await through(new Faults(nth(2, overloaded, 'DB')))).get(path)).status).toBe(503);
    },
  );
});
