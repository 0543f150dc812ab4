// Cuts a filter or a PATCH path into tokens, by hand and in one pass: no expression here can backtrack. It knows characters
// only; which words are operators, names or keywords is the parser's business.
import { type FailureCode, fail, ok, type Result } from '../../failure.ts';
import { isStorable } from '../strict-json.ts';

export const MAX_FILTER_LENGTH = 8192;

export type TokenKind = 'word' | 'text' | '(' | ')' | '[' | ']' | 'end';

/** `text` is the word as written, or the decoded content of a quoted text; `position` counts from 0. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
}

/** What is being read, so that failures name it: a filter by itself, or the path of a PATCH operation. */
export interface Subject {
  readonly noun: 'filter' | 'path';
  readonly code: FailureCode;
}

export const FILTER_SUBJECT: Subject = { noun: 'filter', code: 'invalid_filter' };
export const PATH_SUBJECT: Subject = { noun: 'path', code: 'invalid_path' };

/** A failure that says where reading stopped and what was expected there. */
export function unreadable(subject: Subject, position: number, sentence: string): Result<never> {
  return fail(subject.code, `The ${subject.noun} cannot be read at character ${position + 1}: ${sentence}`);
}

/** The tokens of `text`, closed by one `end` token. Fails for texts over 8,192 characters and for stray characters. */
export function tokenize(text: string, subject: Subject): Result<readonly Token[]> {
  if (text.length > MAX_FILTER_LENGTH) {
    return fail(subject.code, `The ${subject.noun} has more than ${MAX_FILTER_LENGTH} characters.`);
  }
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    if (isBlank(text.charCodeAt(position))) {
      position += 1;
      continue;
    }
    const token = tokenAt(text, position, subject);
    if (!token.ok) return token;
    tokens.push(token.value.token);
    position = token.value.end;
  }
  tokens.push({ kind: 'end', text: '', position });
  return ok(tokens);
}

type Scanned = Result<{ readonly token: Token; readonly end: number }>;

function tokenAt(text: string, start: number, subject: Subject): Scanned {
  const character = text.charAt(start);
  if (character === '"') return quotedAt(text, start, subject);
  if (isPunctuation(character)) {
    return ok({ token: { kind: character, text: character, position: start }, end: start + 1 });
  }
  let end = start;
  while (end < text.length && isWordCode(text.charCodeAt(end))) end += 1;
  if (end > start) return ok({ token: { kind: 'word', text: text.slice(start, end), position: start }, end });
  const hint =
    character === "'" ? 'put text in double quotes, not in single ones.' : 'this character is not allowed here.';
  return unreadable(subject, start, hint);
}

function quotedAt(text: string, start: number, subject: Subject): Scanned {
  let end = start + 1;
  while (end < text.length && text.charAt(end) !== '"') end += text.charAt(end) === '\\' ? 2 : 1;
  if (end >= text.length) return unreadable(subject, start, 'the text that starts here has no closing double quote.');
  const content = decode(text.slice(start, end + 1));
  if (content === undefined || !isStorable(content)) {
    return unreadable(subject, start, 'the text that starts here is not a valid JSON string; check its backslashes.');
  }
  return ok({ token: { kind: 'text', text: content, position: start }, end: end + 1 });
}

function decode(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

function isPunctuation(character: string): character is '(' | ')' | '[' | ']' {
  return character === '(' || character === ')' || character === '[' || character === ']';
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Letters, digits and `$ + - . : _`: what names, URNs, keywords and numbers are made of. */
function isWordCode(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a;
  if (code >= 0x41) return code <= 0x5a || code === 0x5f;
  if (code >= 0x30) return code <= 0x3a;
  return code === 0x24 || code === 0x2b || code === 0x2d || code === 0x2e;
}
