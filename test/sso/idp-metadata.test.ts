// Metadata files as Okta, Entra and others offer them, and what else an admin may choose by mistake or somebody may prepare.
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_METADATA_CHARACTERS, readIdpMetadata } from '../../src/sso/idp-metadata.ts';
import { START_MS } from '../support/portal.ts';
import { DAY_MS, ISSUER, identityFor, SIGN_IN_URL, SIGN_OUT_URL, unfitCertificate } from '../support/provider.ts';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings';

const made = { old: '', current: '', next: '', expired: '', coming: '', short: '' };
beforeAll(async () => {
  const at = async (days: number, startMs: number, name: string) =>
    (await identityFor(days, name, startMs)).certificateBase64;
  made.old = await at(400, START_MS - 300 * DAY_MS, 'old');
  made.current = await at(400, START_MS - 100 * DAY_MS, 'current');
  made.next = await at(400, START_MS, 'next');
  made.expired = await at(10, START_MS - 100 * DAY_MS, 'expired');
  made.coming = await at(400, START_MS + 20 * DAY_MS, 'coming');
  made.short = await unfitCertificate('RSA 1024');
});

const key = (certificate: string, use = ' use="signing"') =>
  `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
const service = (name: string, binding: string, location: string) =>
  `<md:${name} Binding="${BINDING}:${binding}" Location="${location}"/>`;
const SERVICES =
  service('SingleSignOnService', 'HTTP-POST', `${SIGN_IN_URL}/post`) +
  service('SingleSignOnService', 'HTTP-Redirect', SIGN_IN_URL);

const role = (inner: string, more = '') =>
  `<md:IDPSSODescriptor${more} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inner}</md:IDPSSODescriptor>`;
const entity = (inner: string, id = ISSUER) =>
  `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="${id}" xmlns:md="${MD}">${inner}</md:EntityDescriptor>`;
const okta = (certificate: string, services = SERVICES) =>
  entity(role(key(`\n${certificate.replace(/.{64}/g, '$&\n')}\n`) + services));

async function read(xml: string) {
  const metadata = await readIdpMetadata(xml, START_MS);
  if (!metadata.ok) throw new Error(metadata.failure.detail);
  return metadata.value;
}

async function reason(xml: string): Promise<string> {
  const metadata = await readIdpMetadata(xml, START_MS);
  return metadata.ok ? 'accepted' : `${metadata.failure.code}: ${metadata.failure.detail}`;
}

describe('metadata', () => {
  it('as Okta offers it gives issuer, sign-in URL by redirect, and the certificate', async () => {
    const { certificates, ...rest } = await read(okta(made.current));
    expect(rest).toEqual({ issuer: ISSUER, signInUrl: SIGN_IN_URL, remarks: [] });
    expect(certificates.map(({ base64 }) => base64)).toEqual([made.current]);
  });

  it('as Entra offers it is read too, but for the sign-out URL: another default namespace, roles of WS-Federation, a signature of its own', async () => {
    const saml = role(key(made.current) + service('SingleLogoutService', 'HTTP-Redirect', SIGN_OUT_URL) + SERVICES);
    const xml = `\ufeff<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_1" entityID="https://sts.windows.net/1/" xmlns="${MD}" xmlns:md="${MD}"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature><RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706">${key(made.old)}</RoleDescriptor>${saml}</EntityDescriptor>`;
    const metadata = await read(xml);
    expect(metadata).toMatchObject({
      issuer: 'https://sts.windows.net/1/',
      signInUrl: SIGN_IN_URL,
      remarks: [expect.stringContaining('The sign-out URL of the metadata is not taken')],
    });
    expect(metadata).not.toHaveProperty('signOutUrl');
    expect(metadata.certificates.map(({ base64 }) => base64)).toEqual([made.current]);
  });

  it('without an address by redirect gives that by post', async () => {
    const only =
      service('SingleSignOnService', 'SOAP', 'https://idp.example/soap') +
      service('SingleSignOnService', 'HTTP-POST', SIGN_IN_URL);
    expect(await read(okta(made.current, only))).toMatchObject({ signInUrl: SIGN_IN_URL });
  });

  it('with comments wherever they may stand is read like without', async () => {
    const commented = okta(made.current)
      .replace(/>(?=<)/g, '><!-- a --> <!-- <b> -->')
      .replace(made.current.slice(0, 9), (text) => `${text}<!-- in the middle -->`);
    expect((await read(commented)).certificates.map(({ base64 }) => base64)).toEqual([made.current]);
  });

  it('among several entities finds the only identity provider', async () => {
    const inner = okta(made.current).replace(/^<\?xml[^>]*>/, '');
    const sp = `<md:EntityDescriptor entityID="sp" xmlns:md="${MD}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>`;
    const both = `<!-- of both --><md:EntitiesDescriptor xmlns:md="${MD}">${sp}${inner}</md:EntitiesDescriptor>`;
    expect(await read(both)).toMatchObject({ issuer: ISSUER });
    expect(await reason(both.replace(sp, inner))).toContain('describes 2 identity providers: the portal takes one');
    expect(await reason(both.replace(inner, ''))).toContain('metadata of a service provider, such as this portal');
  });

  it.each([
    [['old', 'current', 'next'], ['next', 'current'], 1],
    [['expired', 'current'], ['current'], 0],
    [['coming', 'current', 'old'], ['current', 'old'], 1],
    [['coming', 'current'], ['current', 'coming'], 0],
    [['short', 'current', 'current'], ['current'], 0],
  ] as const)('with the certificates %j takes %j', async (sent, taken, left) => {
    const { certificates, remarks } = await read(entity(role(sent.map((name) => key(made[name])).join('') + SERVICES)));
    expect(certificates.map(({ base64 }) => base64)).toEqual(taken.map((name) => made[name]));
    expect(remarks).toHaveLength(left);
  });

  it('takes a key of no stated use, and none for encryption', async () => {
    const keys = key(made.current, '') + key(made.next, ' use="encryption"');
    const { certificates } = await read(entity(role(keys + SERVICES)));
    expect(certificates.map(({ base64 }) => base64)).toEqual([made.current]);
  });

  it('that asks for signed requests says that there are none', async () => {
    const { remarks } = await read(entity(role(key(made.current) + SERVICES, ' WantAuthnRequestsSigned="true"')));
    expect(remarks.join()).toContain('asks for signed requests, which the portal does not send');
  });
});

describe('what is no metadata of an identity provider', () => {
  it.each([
    ['nothing', '', 'This is no XML'],
    ['a certificate', 'MIIC', 'This is no XML'],
    ['the sign-in page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'This is a web page'],
    ['another XML', '<rss version="2.0"/>', 'begins with EntityDescriptor'],
    ['the names without their namespace', '<EntityDescriptor entityID="a"/>', 'begins with EntityDescriptor'],
    ['a document type', `<!DOCTYPE a [<!ENTITY x "y">]>${entity('')}`, 'a document type (DTD)'],
    ['one in the middle', entity('<!DOCTYPE a>'), 'a document type (DTD)'],
    ['CDATA', entity('<![CDATA[x]]>'), 'a CDATA section'],
    ['a comment without an end', entity('<!-- x'), 'a comment'],
    ['a comment that hides no document type', `<!-- -->${entity('<!DOCTYPE a --><!-- -->')}`, 'a document type (DTD)'],
    ['no role', entity(''), 'no identity provider of SAML 2.0'],
    [
      'one of another protocol',
      entity('<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/>'),
      'no identity provider of SAML 2.0',
    ],
    [
      'something cut short',
      okta('MIIC').slice(0, 300),
      'The metadata is not well-formed XML: a tag is not complete. It may be cut short',
    ],
    ['no certificate', entity(role(SERVICES)), 'has no signing certificate'],
    ['a certificate that is none', okta('MIIC'), 'no X.509 certificate'],
    ['elements in a certificate', okta('<b>MIIC</b>'), 'has no signing certificate'],
    ['a bomb of entities', `<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>`, 'a document type (DTD)'],
    ['a book', `<a>${' '.repeat(MAX_METADATA_CHARACTERS)}</a>`, 'too long'],
    ['a tower of elements', '<a>'.repeat(60_000), 'more than 5000 tags'],
    ['a tower that is closed', `${'<a>'.repeat(2_000)}${'</a>'.repeat(2_000)}`, 'deeper than 24 elements'],
    [
      'a tower within',
      entity(role(key('<a>'.repeat(1_000) + '</a>'.repeat(1_000)) + SERVICES)),
      'deeper than 24 elements',
    ],
  ])('%s is refused in plain words', async (_, xml, words) => {
    expect(await reason(xml)).toMatch(/^invalid_value: /);
    expect(await reason(xml)).toContain(words);
  });

  it('fails on what it needs and has not, or has wrongly', async () => {
    const good = okta(made.current);
    const wrong = [
      [good.replace(ISSUER, ''), 'The issuer is missing'],
      [good.replace(ISSUER, 'a b'), 'The issuer has no spaces'],
      [okta(made.current, ''), 'The sign-in URL of the metadata is missing'],
      [good.replaceAll(SIGN_IN_URL, 'http://idp.example/'), 'must begin with https://'],
      [good.replaceAll(SIGN_IN_URL, 'javascript:alert(1)'), 'must begin with https://'],
      [good.replaceAll(SIGN_IN_URL, 'https://a:b@idp.example/'), 'must not carry a user name or a password'],
      [good.replaceAll(SIGN_IN_URL, 'idp.example'), 'is no address'],
      [okta(made.expired), 'have all expired'],
      [okta(made.short), 'has 1024 bits'],
    ] as const;
    for (const [xml, words] of wrong) expect(await reason(xml)).toContain(words);
  });
});
