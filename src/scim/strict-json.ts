// Bodies are read as RFC 8259 recommends to write them: JSON.parse alone lets the last of two equal names win, nests without
// end and keeps text that no database stores faithfully. Linear in the text and iterative, so nesting costs no stack.
import { fail, ok, type Result } from '../failure.ts';
import type { Json } from './json.ts';

const MAX_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

const DONE = ok(undefined);

/**
 * Reads one JSON text. Names in one object must differ, also in lower case (SCIM names have no case); at most 32 levels.
 * Fails with `invalid_syntax` for broken JSON, equal names and deep nesting, and with `invalid_value` for NUL characters and
 * lone surrogates in names or values. No failure repeats a value.
 */
export function parseStrictJson(text: string): Result<Json> {
  const structure = checkStructure(text);
  if (!structure.ok) return structure;
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  // Only an escape, or text that came as no UTF-8 can, makes a string that cannot be stored; the walk is rare.
  if (text.isWellFormed() && !text.includes('\\u')) return parsed;
  const strings = checkStrings(parsed.value);
  return strings.ok ? parsed : strings;
}

function parse(text: string): Result<Json> {
  if (text.trim() === '') return fail('invalid_syntax', 'The body is empty; send one JSON object.');
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    // The engine's message quotes the text around the error, which may be a password: only the place leaves this function.
    const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    const place = position === undefined ? '' : ` near character ${Number(position) + 1}`;
    return fail(
      'invalid_syntax',
      `The body is not valid JSON${place}. Send one complete JSON object, with names and text in double quotes and no trailing commas.`,
    );
  }
}

/** The names seen at each open level: a set in an object, undefined in a list. */
type Levels = (Set<string> | undefined)[];

/** Depth and equal names, before parsing. Text that is not JSON may pass: the parser refuses it. */
function checkStructure(text: string): Result<undefined> {
  const levels: Levels = [];
  let position = 0;
  while (position < text.length) {
    const end = text.charCodeAt(position) === QUOTE ? endOfString(text, position) : position + 1;
    const step = checkStep(text, position, end, levels);
    if (!step.ok) return step;
    position = end;
  }
  return DONE;
}

function checkStep(text: string, start: number, end: number, levels: Levels): Result<undefined> {
  switch (text.charCodeAt(start)) {
    case QUOTE:
      return checkName(text, start, end, levels.at(-1));
    case OPEN_OBJECT:
    case OPEN_LIST:
      if (levels.length === MAX_DEPTH) {
        return fail('invalid_syntax', `The body is nested more than ${MAX_DEPTH} levels deep.`);
      }
      levels.push(text.charCodeAt(start) === OPEN_OBJECT ? new Set() : undefined);
      return DONE;
    case CLOSE_OBJECT:
    case CLOSE_LIST:
      levels.pop();
      return DONE;
    default:
      return DONE;
  }
}

function checkName(text: string, start: number, end: number, names: Set<string> | undefined): Result<undefined> {
  if (names === undefined || !isFollowedByColon(text, end)) return DONE;
  const name = decode(text.slice(start, end));
  const folded = name.toLowerCase();
  if (names.has(folded)) return duplicate(name);
  names.add(folded);
  return DONE;
}

/** The position after the closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote > 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote < 0 ? text.length : quote + 1;
}

/** True after an odd number of backslashes. Each backslash stands before one quote only, so all calls together are linear. */
function isEscaped(text: string, quote: number): boolean {
  let position = quote;
  while (text.charCodeAt(position - 1) === BACKSLASH) position -= 1;
  return (quote - position) % 2 === 1;
}

function isFollowedByColon(text: string, end: number): boolean {
  let position = end;
  while (isSpace(text.charCodeAt(position))) position += 1;
  return text.charCodeAt(position) === COLON;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The name a quoted text stands for; as written where it is not a JSON string, which the parser refuses later. */
function decode(quoted: string): string {
  const written = quoted.slice(1, -1);
  if (!written.includes('\\')) return written;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return written;
  }
}

function duplicate(name: string): Result<undefined> {
  const shown = JSON.stringify(name.slice(0, 100).toWellFormed());
  return fail(
    'invalid_syntax',
    `The body names ${shown} more than once in one object; names are compared without case.`,
  );
}

function checkStrings(root: Json): Result<undefined> {
  const open: Json[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string' && !isStorable(value)) return unstorable();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && !Object.keys(value).every(isStorable)) return unstorable();
    for (const inner of Object.values(value)) open.push(inner);
  }
  return DONE;
}

/** False for text with a NUL character or a lone surrogate, which databases cut, refuse or rewrite. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function unstorable(): Result<undefined> {
  return fail(
    'invalid_value',
    'The body has text with a NUL character or half of a surrogate pair; send well-formed Unicode text.',
  );
}
