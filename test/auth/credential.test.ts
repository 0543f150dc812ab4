import { beforeAll, describe, expect, it } from 'vitest';
import { credentialUnknown, readCredential } from '../../src/auth/credential.ts';
import { mintPassword } from '../../src/auth/key-format.ts';
import { systemSources } from '../../src/env.ts';

const user = 'Scim-Admin@acme.example';
const { keyId, password } = await mintPassword(systemSources);
const pair = `${user}:${password}`;
const base64 = btoa(pair);

describe('well-formed credentials', () => {
  it.each([
    ['Basic', 'basic', `Basic ${base64}`],
    ['Basic without padding', 'basic', `Basic ${base64.replaceAll('=', '')}`],
    ['basic in lower case', 'basic', `basic ${base64}`],
    ['BASIC between spaces', 'basic', `  BASIC   ${base64}  `],
    ['Basic with a line break pasted into the password', 'basic', `Basic ${btoa(`${pair}\n`)}`],
    ['Basic with spaces pasted around both', 'basic', `Basic ${btoa(` ${user} : ${password} `)}`],
    ['Bearer', 'bearer', `Bearer ${pair}`],
    ['bEARER with tabs', 'bearer', `bEARER\t ${pair}\t`],
    ['no scheme', 'bare', pair],
    ['no scheme, between spaces', 'bare', `  ${pair} `],
  ] as const)('%s is read', async (_name, form, header) => {
    expect(await readCredential(header)).toEqual({ ok: true, value: { username: user, password, keyId, form } });
  });
});

// Each mistake, with what its text must tell the admin.
const mistakes: [name: string, header: string | null, says: RegExp][] = [
  ['no header', null, /^No Authorization header/],
  ['an empty header', '', /header is empty/],
  ['a header of spaces', '   ', /header is empty/],
  ['Basic alone', 'Basic', /^HTTP Basic .* nothing after it/],
  ['Bearer and a space', 'Bearer ', /^Bearer .* nothing after it/],
  ['another scheme', `SSWS ${pair}`, /neither Basic nor Bearer/],
  ['Digest', 'Digest username="a"', /neither Basic nor Bearer/],
  ['bad base64', 'Basic ***', /not the base64 form/],
  ['bad UTF-8', `Basic ${btoa('\xff\xfe:x')}`, /not the base64 form of UTF-8/],
  ['Basic with plain text', `Basic ${pair}`, /^HTTP Basic .* plain text after it/],
  ['Basic without a colon', `Basic ${btoa(user)}`, /one value instead of username:password/],
  ['Basic with the password alone', `Basic ${btoa(password)}`, /^HTTP Basic .*SCIM API Password alone/],
  ['Basic of a lone colon', `Basic ${btoa(':')}`, /empty SCIM API Username/],
  ['Bearer with the password alone', `Bearer ${password}`, /^Bearer .*SCIM API Password alone/],
  ['the bare password alone', password, /^Authorization without a scheme .*SCIM API Password alone/],
  ['Bearer with base64', `Bearer ${base64}`, /^Bearer was received with a base64 value/],
  ['Bearer twice', 'Bearer Bearer abc', /Bearer was received twice/],
  ['Bearer with another token', 'Bearer eyJhbGciOiJub25lIn0.e30.', /^Bearer .* one value/],
  ['no username', `Bearer :${password}`, /empty SCIM API Username/],
  ['no password', `Bearer ${user}:`, /empty SCIM API Password/],
  ['a password of spaces', `Basic ${btoa(`${user}:  `)}`, /empty SCIM API Password/],
  ['two colons', `Bearer ${pair}:x`, /more than one colon/],
  ['two colons in Basic', `Basic ${btoa(`${user}::${password}`)}`, /more than one colon/],
  ['a chosen password', `Bearer ${user}:Correct-Horse-Battery`, /not a SCIM API Password: those are generated/],
  ['a password cut off', `Bearer ${pair.slice(0, -3)}`, /cut off: it has 69 characters/],
  ['a password with more pasted behind', `Bearer ${pair}x`, /too long/],
  ['a mistyped password', `Bearer ${pair.slice(0, -1)}${pair.endsWith('x') ? 'y' : 'x'}`, /fails its checksum/],
  ['a password in upper case', `Bearer ${user}:${password.toUpperCase()}`, /not a SCIM API Password/],
  ['a header of 1,025 characters', `Bearer ${user}:${'x'.repeat(1025 - 8 - user.length)}`, /longer than 1024/],
];

describe('malformed credentials', () => {
  it.each(mistakes)('%s is a 401 that says what to change', async (_name, header, says) => {
    const read = await readCredential(header);
    if (read.ok) throw new Error('was accepted');
    const { code, detail, headers } = read.failure;
    expect(code).toBe(header === null ? 'credential_missing' : 'credential_malformed');
    expect(detail).toMatch(says);
    expect(detail).toContain('Expected is HTTP Basic');
    expect(headers).toEqual({
      'WWW-Authenticate': 'Basic realm="Portcullis SCIM", charset="UTF-8", Bearer realm="Portcullis SCIM"',
    });
  });

  it.each(mistakes)('%s: nothing the client sent is repeated', async (_name, header) => {
    const read = await readCredential(header);
    const said = JSON.stringify(read);
    for (const secret of [
      password,
      password.slice(17, 60),
      password.slice(-8),
      keyId,
      user,
      'Correct-Horse',
      'eyJhb',
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});

describe('an unknown credential', () => {
  let details: string[];
  beforeAll(() => {
    details = (['basic', 'bearer', 'bare'] as const).map((form) => credentialUnknown(form).detail);
  });

  it('is a 401 that names the form and all the reasons it can have', () => {
    expect(credentialUnknown('basic')).toMatchObject({
      code: 'credential_unknown',
      headers: { 'WWW-Authenticate': expect.stringContaining('Bearer realm="Portcullis SCIM"') },
    });
    for (const detail of details)
      expect(detail).toMatch(/unknown here, expired or revoked, .* no longer an active admin/);
    expect(details.map((detail) => detail.split(' ')[0])).toEqual(['HTTP', 'Bearer', 'Authorization']);
  });
});

const LONG = [' '.repeat(1e6), `Bearer ${' '.repeat(1e6)}`, ':'.repeat(1e6), 'a'.repeat(1e6)];
const MODERATE = [`a${' '.repeat(1000)}`, ':'.repeat(1024), 'A'.repeat(1024)];

it('reads a hostile header in linear time', async () => {
  const times: number[] = [];
  // A busy machine is slow once; what takes more than linear time is slow always.
  while (times.length < 5 && !times.some((ms) => ms < 500)) {
    const started = performance.now();
    for (const header of [...LONG, ...MODERATE]) expect((await readCredential(header)).ok).toBe(false);
    times.push(performance.now() - started);
  }
  expect(Math.min(...times)).toBeLessThan(500);
});
