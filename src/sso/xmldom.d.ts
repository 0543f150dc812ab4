// What we use of the parser. Its own types bring in those of a browser, which a Worker is not.
declare module '@xmldom/xmldom/lib/index.js' {
  interface List<T> {
    readonly length: number;
    item(index: number): T | null;
  }

  export interface XmlNode {
    readonly nodeType: number;
    readonly nodeValue: string | null;
    readonly parentNode: XmlNode | null;
    readonly firstChild: XmlNode | null;
    readonly nextSibling: XmlNode | null;
    readonly childNodes: List<XmlNode>;
    readonly textContent: string | null;
  }

  export interface XmlAttribute extends XmlNode {
    readonly localName: string;
    readonly namespaceURI: string | null;
    readonly value: string;
  }

  export interface XmlElement extends XmlNode {
    readonly localName: string;
    readonly prefix: string | null;
    readonly namespaceURI: string | null;
    readonly attributes: List<XmlAttribute>;
    hasAttribute(name: string): boolean;
    getAttribute(name: string): string;
  }

  export interface XmlDocument extends XmlNode {
    readonly documentElement: XmlElement | null;
  }

  export class DOMParser {
    constructor(options: { readonly errorHandler: (level: string, message: string) => never });
    parseFromString(text: string, type: 'text/xml'): XmlDocument | undefined;
  }
}
