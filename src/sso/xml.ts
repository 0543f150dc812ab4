// XML as a tree, strictly: what is not well-formed is refused instead of repaired. Reached by `import()` only, since the parser
// is large.
import { DOMParser, type XmlElement, type XmlNode } from '@xmldom/xmldom/lib/index.js';
import { textProblem, withoutDeclaration } from './xml-text.ts';

export type { XmlElement } from '@xmldom/xmldom/lib/index.js';

const ELEMENT = 1;
const TEXT = 3;

/** A document's root and the text that was parsed, without its XML declaration; or a sentence that says what is wrong with it. */
export type ParsedXml = { readonly root: XmlElement; readonly text: string } | { readonly problem: string };

/** The tree of an XML document. No document types, comments, processing instructions, CDATA or entities of its own. */
export function parseXml(xml: string): ParsedXml {
  const text = withoutDeclaration(xml);
  const problem = textProblem(text);
  if (problem) return { problem };
  const root = rootOf(text);
  if (!root) return { problem: 'The document is not well-formed XML.' };
  const unbound = allElements(root).some(({ prefix, namespaceURI }) => prefix && !namespaceURI);
  return unbound ? { problem: 'The document uses a prefix that stands for no namespace.' } : { root, text };
}

function rootOf(text: string): XmlElement | undefined {
  try {
    const document = new DOMParser({ errorHandler: refuse }).parseFromString(text, 'text/xml');
    const nodes = document ? nodesOf(document) : [];
    const around = nodes.filter((node) => node !== document?.documentElement);
    const blank = around.every(({ nodeType, nodeValue }) => nodeType === TEXT && nodeValue?.trim() === '');
    return blank && document?.documentElement ? document.documentElement : undefined;
  } catch {
    return undefined;
  }
}

/** The parser would repair what it calls a warning. */
function refuse(level: string, message: string): never {
  throw new Error(`${level}: ${message}`);
}

function nodesOf(node: XmlNode): XmlNode[] {
  return Array.from({ length: node.childNodes.length }, (_, i) => node.childNodes.item(i)).filter(
    (one) => one !== null,
  );
}

function isElement(node: XmlNode): node is XmlElement {
  return node.nodeType === ELEMENT;
}

/** The elements directly in this one, in their order. */
export function childrenOf(element: XmlElement): XmlElement[] {
  return nodesOf(element).filter(isElement);
}

/** The elements directly in this one of that namespace and name. */
export function childrenNamed(element: XmlElement, namespace: string, name: string): XmlElement[] {
  return childrenOf(element).filter((child) => child.localName === name && child.namespaceURI === namespace);
}

/** This element and all below it, the nearer ones first. */
export function allElements(root: XmlElement): XmlElement[] {
  const found: XmlElement[] = [root];
  for (const element of found) found.push(...childrenOf(element));
  return found;
}

/** An attribute without a namespace; undefined where it is not there. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.hasAttribute(name) ? element.getAttribute(name) : undefined;
}

/** The text of an element that holds nothing but text; undefined where it holds elements. */
export function textOf(element: XmlElement): string | undefined {
  return childrenOf(element).length === 0 ? (element.textContent ?? '') : undefined;
}
