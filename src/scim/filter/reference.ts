// How an attribute is written in a filter or path: `name`, `name.sub`, `urn:...:name.sub`. Whether it exists is asked later.
import type { AttributeRef } from './ast.ts';

/** The parts of a written name, or undefined where it is none. A URN ends at the last colon, so its dots are safe. */
export function splitReference(text: string): AttributeRef | undefined {
  const colon = text.slice(0, 4).toLowerCase() === 'urn:' ? text.lastIndexOf(':') : -1;
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  const dotted = text.slice(colon + 1);
  const dot = dotted.indexOf('.');
  const name = dot < 0 ? dotted : dotted.slice(0, dot);
  const sub = dot < 0 ? undefined : dotted.slice(dot + 1);
  if ((urn !== undefined && !isUrn(urn)) || !isName(name) || (sub !== undefined && !isName(sub))) return undefined;
  return { urn, name, sub };
}

/** ATTRNAME of RFC 7643 section 2.1, and the leading `$` of `$ref`. */
export function isName(text: string): boolean {
  return /^\$?[A-Za-z][A-Za-z0-9$_-]*$/.test(text);
}

/** `urn` and one part or more after it, in the characters of names and dots. */
export function isUrn(text: string): boolean {
  return /^urn(?::[A-Za-z0-9$._-]+)+$/i.test(text);
}
