// A recorded dialogue: what an identity provider sends, in order, and what it must get. Values captured from one answer stand
// as {{name}} in later requests and expectations.
import { expect } from 'vitest';
import type { Json, JsonObject } from '../../src/scim/json.ts';
import { isObject } from '../../src/scim/json.ts';
import type { Reply } from '../support/portal.ts';

export interface Step {
  readonly name: string;
  /** Days that pass before this step, with the cron running at their end. */
  readonly afterDays?: number;
  readonly request: {
    readonly method: string;
    /** Appended to the base URL as it is; captured values are percent-encoded. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Json;
  };
  readonly expect: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** A subset of the answer's body: more attributes may be there, lists must be of equal length. */
    readonly body?: JsonObject;
    /** Name of the value to the place of it, members and list positions joined by dots. */
    readonly capture?: Readonly<Record<string, string>>;
  };
}

export interface Dialogue {
  readonly title: string;
  /** The public documentation that the requests were written from. */
  readonly source: string;
  readonly base: 'standard' | 'entra';
  readonly auth: 'basic' | 'bearer';
  readonly preset?: string;
  readonly steps: readonly Step[];
}

export type Captures = Map<string, string>;

/** `text` with what was captured, each value written by `spell`. */
export function fill(text: string, captures: Captures, spell: (value: string) => string = (value) => value): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = captures.get(name);
    if (value === undefined) throw new Error(`nothing was captured as ${name}`);
    return spell(value);
  });
}

/** A JSON value with what was captured. */
export function fillJson<Value extends Json | undefined>(value: Value, captures: Captures): Value {
  if (value === undefined) return value;
  return JSON.parse(fill(JSON.stringify(value), captures, (text) => JSON.stringify(text).slice(1, -1)));
}

/** Keeps what the step captures of an answer. */
export function capture(step: Step, reply: Reply, captures: Captures): void {
  for (const [name, place] of Object.entries(step.expect.capture ?? {})) {
    let value: unknown = reply.body;
    for (const part of place.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
    expect(value, `${step.name}: ${place} is captured`).toEqual(expect.any(String));
    captures.set(name, String(value));
  }
}

const MARKERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<any>': (value) => value !== undefined,
  '<string>': (value) => typeof value === 'string' && value !== '',
  '<date>': (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  '<absent>': (value) => value === undefined,
};

/** Holds that `value` has everything that is wanted of it; markers stand for any value of a kind. */
export function expectSubset(value: unknown, wanted: Json, at: string): void {
  const marker = typeof wanted === 'string' ? MARKERS[wanted] : undefined;
  if (marker) {
    expect(marker(value), `${at} is ${String(wanted)}, and was ${JSON.stringify(value)}`).toBe(true);
  } else if (Array.isArray(wanted)) {
    expect(value, `${at} is a list of ${wanted.length}`).toHaveLength(wanted.length);
    for (const [i, element] of wanted.entries()) expectSubset((value as unknown[])[i], element, `${at}[${i}]`);
  } else if (isObject(wanted)) {
    expect(value, `${at} is an object`).toBeTypeOf('object');
    for (const [name, inner] of Object.entries(wanted)) {
      expectSubset((value as Record<string, unknown>)[name], inner, `${at}.${name}`);
    }
  } else {
    expect(value, at).toEqual(wanted);
  }
}
