// A look at XML as mere text, before any parser sees it: everything that parsers disagree about or that costs them dearly is
// refused here, so that no document type, comment or depth reaches them. Knows nothing of SAML.

/** Room for two thousand groups of one person; a genuine document has some dozen tags, eight deep, a few attributes each. Whoever can send
 * a form can make the portal search all of it several times, which takes under half a second. */
const MAX_TAGS = 5000;
const MAX_ATTRIBUTES = 8000;
const MAX_DEPTH = 24;
const MAX_ATTRIBUTES_OF_A_TAG = 16;

const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>\s*/i;
const NOT_XML_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([\da-f]{1,6}));/gi;
/** Unrolled, so that it takes time in proportion to the text whatever the text is. */
const TAG = /<(\/?)([A-Za-z_][\w.:-]*)([^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*)>/g;
const ATTRIBUTE_BEGINNING = /=\s*["']/g;
const ATTRIBUTE_VALUES = /"[^"]*"|'[^']*'/g;

/** The text without its XML declaration. */
export function withoutDeclaration(xml: string): string {
  return xml.replace(DECLARATION, '');
}

/** What is wrong with XML text without a declaration, as a sentence; null where a parser may see it. */
export function textProblem(xml: string): string | null {
  if (xml === '') return 'The document is empty.';
  if (!xml.startsWith('<')) return 'The document does not begin as XML does.';
  if (NOT_XML_CHARACTER.test(xml)) return 'The document contains a character that XML does not allow.';
  return markupProblem(xml) ?? referenceProblem(xml) ?? tagProblem(xml);
}

function markupProblem(xml: string): string | null {
  if (xml.includes('<!--')) return 'The document contains a comment.';
  if (xml.includes('<![CDATA[')) return 'The document contains a CDATA section.';
  if (xml.includes('<!')) return 'The document contains a document type (DTD) or an entity declaration.';
  return xml.includes('<?') ? 'The document contains a processing instruction.' : null;
}

/** A parser without a document type knows five entities; a number may not smuggle in what may not stand there as it is. */
function referenceProblem(xml: string): string | null {
  let known = 0;
  for (const [, decimal, hexadecimal] of xml.matchAll(REFERENCE)) {
    known++;
    const code = decimal ? Number.parseInt(decimal, 10) : hexadecimal ? Number.parseInt(hexadecimal, 16) : 0x20;
    if (code > 0x10ffff || NOT_XML_CHARACTER.test(String.fromCodePoint(code)))
      return 'The document refers to a character that XML does not allow.';
  }
  return known === xml.split('&').length - 1 ? null : 'The document refers to an entity other than the five of XML.';
}

function tagProblem(xml: string): string | null {
  const count = xml.split('<').length - 1;
  if (count > MAX_TAGS) return `The document has more than ${MAX_TAGS} tags.`;
  if ((xml.match(ATTRIBUTE_BEGINNING)?.length ?? 0) > MAX_ATTRIBUTES)
    return `The document has more than ${MAX_ATTRIBUTES} attributes.`;
  const open: string[] = [];
  let seen = 0;
  for (const [, closing, name = '', rest = ''] of xml.matchAll(TAG)) {
    seen++;
    const problem = closing ? closingProblem(open, name, rest) : openingProblem(open, name, rest);
    if (problem) return problem;
  }
  return seen === count && open.length === 0 ? null : 'The document is not well-formed XML: a tag is not complete.';
}

/** Takes the element from those that are open. */
function closingProblem(open: string[], name: string, rest: string): string | null {
  const fits = open.pop() === name && rest.trim() === '';
  return fits ? null : 'The document is not well-formed XML: a closing tag has no opening one.';
}

/** Adds the element to those that are open, unless it ends where it begins. */
function openingProblem(open: string[], name: string, rest: string): string | null {
  if ((rest.match(ATTRIBUTE_VALUES)?.length ?? 0) > MAX_ATTRIBUTES_OF_A_TAG)
    return `The document has a tag with more than ${MAX_ATTRIBUTES_OF_A_TAG} attributes.`;
  if (!rest.endsWith('/')) open.push(name);
  return open.length > MAX_DEPTH ? `The document is nested deeper than ${MAX_DEPTH} elements.` : null;
}
