// The grammar of RFC 7644 section 3.4.2.2, figure 1: `not` binds before `and`, `and` before `or`.
// Recursive descent, but only as deep as the limit: every opening bracket is counted before anything is called.
import { fail, ok, type Result } from '../../failure.ts';
import type { AttributeRef, CompareOperator, Filter, FilterValue } from './ast.ts';
import { type Subject, type Token, type TokenKind, unreadable } from './lexer.ts';
import { isName, splitReference } from './reference.ts';

export const MAX_FILTER_DEPTH = 20;
export const MAX_FILTER_TERMS = 40;

const OPERATORS: readonly CompareOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** Reads from tokens, one word ahead; the place only moves forward. */
export class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #subject: Subject;
  #at = 0;
  #depth = 0;
  #terms = 0;
  #isInsideValuePath = false;

  constructor(tokens: readonly Token[], subject: Subject) {
    this.#tokens = tokens;
    this.#subject = subject;
  }

  /** `term or term ...` */
  alternatives(): Result<Filter> {
    return this.#chain('or', () => this.#chain('and', () => this.#factor()));
  }

  nextIs(kind: TokenKind): boolean {
    return this.#peek().kind === kind;
  }

  expect(kind: TokenKind, otherwise: string): Result<Token> {
    const token = this.#peek();
    if (token.kind !== kind) return unreadable(this.#subject, token.position, otherwise);
    this.#at += 1;
    return ok(token);
  }

  /** `[filter]`, whose opening bracket is next. */
  valueFilter(): Result<Filter> {
    if (this.#isInsideValuePath) {
      return unreadable(
        this.#subject,
        this.#peek().position,
        'a value filter in square brackets cannot hold another one.',
      );
    }
    this.#isInsideValuePath = true;
    const filter = this.#enclosed(']');
    this.#isInsideValuePath = false;
    return filter;
  }

  /** The name in `.name`, directly after a value filter, where there is one. */
  takeSubName(): string | undefined {
    const { kind, text } = this.#peek();
    if (kind !== 'word' || !text.startsWith('.') || !isName(text.slice(1))) return undefined;
    this.#at += 1;
    return text.slice(1);
  }

  #chain(keyword: 'and' | 'or', next: () => Result<Filter>): Result<Filter> {
    const first = next();
    if (!first.ok) return first;
    const terms = [first.value];
    while (isKeyword(this.#peek(), keyword)) {
      this.#at += 1;
      const term = next();
      if (!term.ok) return term;
      terms.push(term.value);
    }
    return terms.length === 1 ? first : ok({ kind: keyword, terms });
  }

  #factor(): Result<Filter> {
    if (this.nextIs('(')) return this.#enclosed(')');
    if (!isKeyword(this.#peek(), 'not')) return this.#term();
    this.#at += 1;
    if (!this.nextIs('(')) return unreadable(this.#subject, this.#peek().position, 'expected "(" after "not".');
    const inner = this.#enclosed(')');
    return inner.ok ? ok({ kind: 'not', term: inner.value }) : inner;
  }

  #enclosed(close: ')' | ']'): Result<Filter> {
    if (this.#depth === MAX_FILTER_DEPTH) {
      return fail(this.#subject.code, `The ${this.#subject.noun} nests brackets more than ${MAX_FILTER_DEPTH} deep.`);
    }
    this.#depth += 1;
    this.#at += 1;
    const filter = this.alternatives();
    if (!filter.ok) return filter;
    const end = this.expect(close, `expected "and", "or" or "${close}".`);
    this.#depth -= 1;
    return end.ok ? filter : end;
  }

  #term(): Result<Filter> {
    const name = this.expect('word', 'expected the name of an attribute.');
    if (!name.ok) return name;
    const attribute = splitReference(name.value.text);
    if (attribute === undefined)
      return unreadable(this.#subject, name.value.position, 'this is not the name of an attribute.');
    if (!this.nextIs('[')) return this.#expression(attribute);
    const filter = this.valueFilter();
    if (!filter.ok) return filter;
    const sub = this.takeSubName();
    if (sub === undefined) return ok({ kind: 'valuePath', attribute, filter: filter.value });
    const last = this.#expression({ urn: undefined, name: sub, sub: undefined });
    return last.ok
      ? ok({ kind: 'valuePath', attribute, filter: { kind: 'and', terms: [filter.value, last.value] } })
      : last;
  }

  #expression(attribute: AttributeRef): Result<Filter> {
    this.#terms += 1;
    if (this.#terms > MAX_FILTER_TERMS) {
      return fail(this.#subject.code, `The ${this.#subject.noun} has more than ${MAX_FILTER_TERMS} comparisons.`);
    }
    if (isKeyword(this.#peek(), 'pr')) {
      this.#at += 1;
      return ok({ kind: 'present', attribute });
    }
    const operator = OPERATORS.find((known) => isKeyword(this.#peek(), known));
    if (operator === undefined) {
      return unreadable(this.#subject, this.#peek().position, `expected an operator: pr, ${OPERATORS.join(', ')}.`);
    }
    this.#at += 1;
    const value = this.#value();
    return value.ok ? ok({ kind: 'compare', attribute, operator, value: value.value }) : value;
  }

  #value(): Result<FilterValue> {
    const token = this.#peek();
    this.#at += 1;
    if (token.kind === 'text') return ok(token.text);
    const literal = token.kind === 'word' ? literalOf(token.text) : undefined;
    if (literal !== undefined) return ok(literal);
    return unreadable(
      this.#subject,
      token.position,
      'expected a value: text in double quotes, a number, true, false or null.',
    );
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', position: 0 };
  }
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === keyword;
}

function literalOf(word: string): FilterValue | undefined {
  const literal = LITERALS.get(word.toLowerCase());
  if (literal !== undefined) return literal;
  const number = NUMBER.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
