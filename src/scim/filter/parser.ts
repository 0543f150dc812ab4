// The two texts that hold filters: the filter of a list request, and the path of a PATCH operation.
import { ok, type Result } from '../../failure.ts';
import type { Filter } from './ast.ts';
import { FilterParser } from './grammar.ts';
import { FILTER_SUBJECT, PATH_SUBJECT, tokenize } from './lexer.ts';

/**
 * The filter that `text` says. Beyond the grammar, `emails[type eq "work"].value eq "x"` is read too, as Entra sends it, and
 * means what it looks like. Fails with `invalid_filter` for anything else, and for more than 8,192 characters, 20 levels of
 * brackets or 40 comparisons.
 */
export function parseFilter(text: string): Result<Filter> {
  const tokens = tokenize(text, FILTER_SUBJECT);
  if (!tokens.ok) return tokens;
  const parser = new FilterParser(tokens.value, FILTER_SUBJECT);
  const filter = parser.alternatives();
  if (!filter.ok) return filter;
  const end = parser.expect('end', 'expected "and", "or" or the end.');
  return end.ok ? filter : end;
}

/** The parts of a PATCH path as written: `name` with or without URN and sub-attribute, then perhaps `[filter]` and `.sub`. */
export interface PathParts {
  readonly name: string;
  readonly filter: Filter | undefined;
  readonly sub: string | undefined;
}

/** The parts of a PATCH path, RFC 7644 section 3.5.2, figure 7. Fails with `invalid_path`, under the limits of filters. */
export function parsePathParts(text: string): Result<PathParts> {
  const tokens = tokenize(text, PATH_SUBJECT);
  if (!tokens.ok) return tokens;
  const parser = new FilterParser(tokens.value, PATH_SUBJECT);
  const name = parser.expect('word', 'expected the name of an attribute.');
  if (!name.ok) return name;
  const filter = parser.nextIs('[') ? parser.valueFilter() : ok(undefined);
  if (!filter.ok) return filter;
  const sub = filter.value === undefined ? undefined : parser.takeSubName();
  const end = parser.expect('end', 'expected the end of the path.');
  return end.ok ? ok({ name: name.value.text, filter: filter.value, sub }) : end;
}
