// Whatever a stranger posts as a response, nothing throws, and nothing is believed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verified } from '../support/forgery.ts';

const PIECES = [
  '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a" Version="2.0">',
  '</samlp:Response>',
  '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
  '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_b" Version="2.0">',
  '</Assertion>',
  '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">',
  '</Signature>',
  '<SignedInfo/>',
  '<SignatureValue/>',
  '<a b="c"',
  '>',
  '/>',
  '<',
  '&',
  '&#x0;',
  ']]>',
  '\u{d800}',
  '<x xmlns="http://www.w3.org/1999/xhtml"><script>',
  '</script></x>',
];

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((pieces) => pieces.join('')),
  fc
    .array(fc.constantFrom(...PIECES), { maxLength: 8 })
    .map((pieces) => `${PIECES[0]}${PIECES[2]}${PIECES[3]}${pieces.join('')}${PIECES[4]}${PIECES[1]}`),
);
const fields = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.base64String(),
  texts.map((text) => Buffer.from(text).toString('base64')),
);

describe('anything at all', () => {
  it('is refused in a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fields, async (samlResponse) => {
        const result = await verified(samlResponse);
        expect(result).toMatchObject({
          ok: false,
          failure: { code: 'saml_response_refused', detail: expect.stringMatching(/^[A-Z].+\.$/) },
        });
      }),
      { numRuns: 300 },
    );
  });
});
