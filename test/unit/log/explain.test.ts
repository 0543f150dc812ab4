// Every rule that can fire has an explanation that an admin of an identity provider can act on.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURES, type FailureCode } from '../../../src/failure.ts';
import { DONE_TEXTS, RULE_TEXTS } from '../../../src/log/done-texts.ts';
import { actorName, type DoneLine, type RefusedLine } from '../../../src/log/entry.ts';
import { explain, REFUSAL_TEXTS, SENTENCE_CHARACTERS } from '../../../src/log/explain.ts';
import { type Change, ENTRA, OKTA } from '../../../src/log/idp-menus.ts';
import { printable } from '../../../src/printable.ts';
import type { JournalRule, JournalType } from '../../../src/storage/journal.ts';

const line = {
  seq: 1,
  at: Date.UTC(2026, 0, 15),
  requestId: 'aabbcc',
  actor: 'k1',
  key: { label: 'Okta production', owner: 'scim-admin@acme.example' },
};

const refused = (rule: string, more: Partial<RefusedLine> = {}): RefusedLine => ({
  ...line,
  source: 'refusal',
  method: 'PATCH',
  route: '/Users/:id',
  status: 400,
  rule: rule as RefusedLine['rule'],
  detail: '"title" must be text, and a number was sent.',
  ...more,
});

const done = (type: string, more: Partial<DoneLine> = {}): DoneLine => ({
  ...line,
  source: 'journal',
  mutationId: 'm1',
  type: type as JournalType,
  subject: 'jane.example@acme.example',
  rule: null,
  attributes: ['name.givenName', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division'],
  ...more,
});

const isRecorded = (code: string) => FAILURES[code as FailureCode].status < 500;
const CODES = Object.keys(FAILURES);

function expectReadable(sentence: string): void {
  expect(sentence).toMatch(/^[A-Z]/);
  expect(sentence).toMatch(/[^.]\.$/);
  expect(sentence).not.toMatch(/undefined|null|\[object|[a-z]_[a-z]/);
  expect(sentence).not.toMatch(/ {2}|\.\.$|\. [a-z]/);
  expect(sentence.length).toBeLessThanOrEqual(SENTENCE_CHARACTERS);
}

/** Every side that is named says where: a menu and then what to do there, or a command. */
function expectConcrete({ okta, entra, portal }: Change): void {
  for (const text of [okta, entra]) {
    if (text === undefined) continue;
    expect(text).toMatch(/^[A-Z][^:]* > [^:]+: \S.*\.$/);
  }
  if (portal !== undefined) expect(portal).toMatch(/^npm run (portal|key) -- [a-z]/);
  expect([okta, entra, portal].some((text) => text !== undefined)).toBe(true);
}

describe('every rule that refuses', () => {
  it('has an explanation, and what is never recorded has none', () => {
    expect(Object.keys(REFUSAL_TEXTS).sort()).toEqual(CODES.filter(isRecorded).sort());
  });

  it.each(CODES.filter(isRecorded))('%s reads well and names a setting in Okta and in Entra', (code) => {
    const { sentence, change } = explain(refused(code));
    expectReadable(sentence);
    expect(sentence).toContain('The key "Okta production" could not change a user: ');
    expect(change?.okta).toBeDefined();
    expect(change?.entra).toBeDefined();
    expectConcrete(change ?? {});
  });

  it('has a reason of its own', () => {
    const reasons = Object.values(REFUSAL_TEXTS).map(({ because }) => because);
    expect(new Set(reasons).size).toBe(reasons.length);
  });

  it.each([
    ['GET', '/Users', 'could not look up users: '],
    ['POST', '/Users', 'could not create a user: '],
    ['DELETE', '/Groups/:id', 'could not delete a group: '],
    ['PUT', '/Bulk', 'could not carry out an operation of a bulk request: '],
    ['GET', '/Schemas/:id', 'could not ask what the portal supports: '],
    ['GET', 'none', 'could not reach the SCIM address it asked for: '],
    ['BREW', '/Users', 'could not ask what the portal supports: '],
  ])('says of %s %s that it %s', (method, route, words) => {
    expect(explain(refused('not_found', { method, route })).sentence).toContain(words);
  });

  it('quotes the cause where the answer said more, and only there', () => {
    expect(explain(refused('invalid_value')).sentence).toMatch(
      /: a value does not fit\. The answer was: “"title" must be text, and a number was sent”\.$/,
    );
    expect(explain(refused('last_admin')).sentence).not.toContain('title');
  });

  it('of a sign-in without a document that can be trusted is of somebody', () => {
    const { key: _, ...signIn } = refused('saml_response_refused', {
      method: 'POST',
      route: '/auth/saml2/',
      actor: null,
    });
    expect(explain(signIn).sentence).toMatch(/^Somebody could not sign in by single sign-on: /);
  });

  it.each(['sso_off', 'saml_replayed', 'sso_user_inactive', 'sso_user_removed', 'sso_not_saml', 'sso_user_unknown'])(
    '%s says who could not sign in, whom the identity provider has vouched for',
    (rule) => {
      const about = {
        method: 'POST',
        route: '/auth/saml2/',
        actor: 'sso',
        detail: 'It was "jane.example@acme.example".',
      };
      const { key: _, ...signIn } = refused(rule, about);
      const { sentence } = explain(signIn);
      expect(sentence).toMatch(
        /^Somebody whom the identity provider knows could not sign in by single sign-on: .* In detail: “It was "jane.example@acme.example"”\.$/,
      );
    },
  );

  it('that an older or newer version has recorded is told by its answer', () => {
    expect(explain(refused('a_rule_of_tomorrow'))).toEqual({
      sentence:
        'The key "Okta production" could not change a user. The answer was: “"title" must be text, and a number was sent”.',
    });
  });
});

describe('everything that can happen', () => {
  const rules = [null, ...(Object.keys(RULE_TEXTS) as JournalRule[])];

  it.each(Object.keys(DONE_TEXTS))('%s reads well, alone and with every rule', (type) => {
    for (const rule of rules) {
      const { sentence, change } = explain(done(type, { rule }));
      expectReadable(sentence);
      expect(sentence).toContain('The key "Okta production"');
      expect(sentence).not.toContain('does not know');
      if (change) expectConcrete(change);
    }
  });

  it.each(['inactive_profile_ignored', 'team_unknown', 'team_renamed'] as const)(
    '%s, where the identity provider is at fault, names a setting in Okta and in Entra',
    (rule) => {
      const { change } = explain(done('user.updated', { rule }));
      expect(change?.okta).toContain(' > ');
      expect(change?.entra).toContain(' > ');
    },
  );

  it('names attributes without their schema, and not too many', () => {
    expect(explain(done('user.updated')).sentence).toContain(' changed name.givenName and division of the user jane.');
    const attributes = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(explain(done('user.updated', { attributes })).sentence).toContain(' changed a, b, c, d and 2 more of ');
    expect(explain(done('user.updated', { attributes: [] })).sentence).toContain(' changed something of ');
    const settings = done('portal.changed', { subject: 'portal', attributes: ['sso', 'emailDomains'] });
    expect(explain(settings).sentence).toContain(' changed single sign-on and the e-mail domains in the settings');
    const trusted = done('portal.changed', { subject: 'portal', attributes: ['sso.issuer', 'sso.certificates'] });
    expect(explain(trusted).sentence).toContain(
      ' changed the issuer of single sign-on and the certificates of single sign-on in the settings of the portal.',
    );
  });

  it('shows the name of a group beside nothing else', () => {
    expect(explain(done('group.created', { subject: 'f00', subjectName: 'Sales' })).sentence).toBe(
      'The key "Okta production" created the group "Sales".',
    );
  });

  it.each([
    ['all', 'put every destruction on hold'],
    ['12', 'put destruction 12 on hold'],
    ['jane.example@acme.example', 'put the destruction of what belongs to jane.example@acme.example on hold'],
  ])('tells what a hold on %s is about', (subject, words) => {
    expect(explain(done('destruction.held', { subject })).sentence).toContain(words);
  });

  it.each([
    [null, 'A caller without a valid key'],
    ['cli', 'The command line'],
    ['cron', 'The portal'],
    ['gone', 'gone'],
  ])('by %s is by "%s"', (actor, name) => {
    expect(actorName({ actor })).toBe(name);
  });
});

describe('what clients sent', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 600 });

  it('never breaks a sentence, whatever it is', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom(...CODES.filter(isRecorded)), (detail, label, rule) => {
        const { sentence } = explain(refused(rule, { detail, key: { label, owner: label } }));
        expect(sentence).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect([...sentence].length).toBeLessThanOrEqual(SENTENCE_CHARACTERS + 1);
        expect(sentence.endsWith('.')).toBe(true);
      }),
    );
    fc.assert(
      fc.property(hostile, fc.array(hostile), fc.constantFrom(...Object.keys(DONE_TEXTS)), (text, attributes, type) => {
        const { sentence } = explain(done(type, { subject: text, attributes }));
        expect(sentence).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(sentence.length).toBeLessThanOrEqual(2 * SENTENCE_CHARACTERS);
      }),
    );
  });

  it('cannot steer a terminal', () => {
    expect(printable('jane\u001b[31m\u009b2J\r\nroot\u202e')).toBe('jane [31m 2J root');
  });
});

describe('menus', () => {
  /** Verified in the help pages of Okta and Entra, and not needed in the guides. */
  const ELSEWHERE = ['Attribute Mappings', 'Directory', 'Profile Editor', 'Import', "the app's profile", 'the app'];

  it.each([
    ['okta', Object.values(OKTA)],
    ['entra', Object.values(ENTRA)],
  ])('have the names that the guides of docs for %s have', (provider, paths) => {
    const read = (guide: string) => readFileSync(new URL(`../../../docs/${guide}`, import.meta.url).pathname, 'utf8');
    const text = `${read(`connect-${provider}.md`)}${read(`sso-${provider}.md`)}`.toLowerCase();
    for (const name of paths.flatMap((path) => path.split(' > '))) {
      if (!ELSEWHERE.includes(name)) expect(text).toContain(name.toLowerCase());
    }
  });
});
