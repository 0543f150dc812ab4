import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../../src/scim/patch/path.ts';
import { printFilter } from '../filter/print-filter.ts';
import { accepted, CORE, codeOf, ENTERPRISE, PORTAL, PORTAL_AS_TYPED, refused, USER, within } from '../world.ts';

/** A path in short: `extension|attribute[filter].sub`. */
function shape(text: string): string {
  const path = accepted(parsePath(text, USER));
  if (path.kind === 'schema') return `schema ${path.schema.id}`;
  if (path.kind === 'unknown') return 'unknown';
  const filter = path.filter === undefined ? '' : `[${printFilter(path.filter)}]`;
  return `${path.extension ?? 'core'}|${path.attribute.name}${filter}${path.sub === undefined ? '' : `.${path.sub.name}`}`;
}

describe('a path points at what RFC 7644 section 3.5.2 says', () => {
  it.each([
    ['userName', 'core|userName'],
    ['USERNAME', 'core|userName'],
    [' active ', 'core|active'],
    ['name.givenName', 'core|name.givenName'],
    ['NAME.GIVENNAME', 'core|name.givenName'],
    ['id', 'core|id'],
    ['meta.created', 'core|meta.created'],
    ['emails', 'core|emails'],
    ['emails.value', 'core|emails.value'],
    ['emails[type eq "work"]', 'core|emails[type eq "work"]'],
    ['Emails[Type EQ "work"].VALUE', 'core|emails[Type eq "work"].value'],
    ['emails[type eq "work" and value ew "x"].display', 'core|emails[type eq "work" and value ew "x"].display'],
    ['roles[primary eq "True"].value', 'core|roles[primary eq "True"].value'],
    ['addresses[type eq "a].b"].country', 'core|addresses[type eq "a].b"].country'],
    [CORE, `schema ${CORE}`],
    [`${CORE}:name.givenName`, 'core|name.givenName'],
    [`${CORE.toUpperCase()}:emails[type eq "work"].value`, 'core|emails[type eq "work"].value'],
    [ENTERPRISE, `schema ${ENTERPRISE}`],
    [`${ENTERPRISE}:department`, `${ENTERPRISE}|department`],
    [`${ENTERPRISE}:manager`, `${ENTERPRISE}|manager`],
    [`${ENTERPRISE}:Manager.$Ref`, `${ENTERPRISE}|manager.$ref`],
    [`${PORTAL_AS_TYPED}:isadmin`, `${PORTAL}|isAdmin`],
  ])('%s', (text, meaning) => {
    expect(shape(text)).toBe(meaning);
  });
});

describe('a path to what no schema knows is no failure', () => {
  it.each([
    'favouriteColour',
    'schemas',
    'favourite.colour',
    'name.unknown',
    'userName.value',
    'emails.unknown',
    'emails[type eq "work"].unknown',
    'things[type eq "x"]',
    'things[type eq "x"].value',
    'urn:unknown:2.0:User',
    'urn:unknown:2.0',
    'urn:unknown:2.0:User:attribute.sub',
    'urn:unknown:2.0:User:things[a pr].b',
    `${ENTERPRISE}:unknown`,
    `${CORE}:department`,
    'department',
    'constructor',
    'toString',
    'constructor.prototype',
  ])('%s', (text) => {
    expect(shape(text)).toBe('unknown');
  });
});

describe('what is no path is refused', () => {
  it.each([
    '',
    '.',
    '.value',
    'name.',
    'name..givenName',
    'name.givenName.x',
    'a.b.c',
    '9x',
    '/emails/0',
    '$.name',
    '__proto__',
    '__proto__.isAdmin',
    'a:b',
    'urn:',
    'urn::a',
    'urn:a::b',
    'emails[',
    'emails[]',
    'emails]',
    'emails[type eq "work"',
    'emails[type eq work]',
    'emails[type]',
    'emails[type eq "work"]]',
    'emails[type eq "work"].',
    'emails[type eq "work"]value',
    'emails[type eq "work"].value.x',
    'emails[type eq "work"].value eq "x"',
    'emails[emails[type eq "work"]]',
    'emails[0]',
    'emails type',
    'emails.value[type eq "work"]',
    'userName[type eq "work"]',
    'name[givenName eq "x"].familyName',
    `${ENTERPRISE}[department eq "x"]`,
    '"emails"',
    'emails[type eq "\\ud800"]',
  ])('%s', (text) => {
    expect(codeOf(parsePath(text, USER))).toBe('invalid_path');
  });

  it('a comparison without meaning is an invalid filter', () => {
    expect(codeOf(parsePath('emails[primary gt true].value', USER))).toBe('invalid_filter');
  });

  it('says where', () => {
    expect(refused(parsePath('emails[type is "x"]', USER)).detail).toContain('The path cannot be read at character 13');
  });
});

describe('hostile paths are refused in milliseconds', () => {
  it.each([
    ['value filters nested 10,000 deep', 'emails['.repeat(10_000)],
    ['brackets nested 10,000 deep', `emails[${'('.repeat(10_000)}type pr${')'.repeat(10_000)}]`],
    ['brackets under the length limit', `emails[${'('.repeat(4_000)}type pr${')'.repeat(4_000)}]`],
    ['not nested under the length limit', `emails[${'not ('.repeat(1_600)}`],
    ['10,000 dots', `name${'.a'.repeat(10_000)}`],
    ['8,000 colons', `urn${':'.repeat(8_000)}`],
  ])('%s', (_title, text) => {
    expect(within(50, () => codeOf(parsePath(text, USER)))).toBe('invalid_path');
  });

  it('a path never throws, whatever the text', () => {
    const parts = [
      'emails',
      'name',
      '[',
      ']',
      '.',
      'type eq "work"',
      '"',
      ' ',
      `${ENTERPRISE}:`,
      ENTERPRISE,
      ':',
      '(',
      ')',
      'value',
      '__proto__',
      '\0',
    ];
    const pieces = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 100 })), (text) => {
        const result = parsePath(text, USER);
        if (!result.ok) expect(['invalid_path', 'invalid_filter']).toContain(result.failure.code);
      }),
      { numRuns: 1000 },
    );
  });
});
