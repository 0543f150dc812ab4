// One row of the table of documents that must be refused.
import type { Keys } from '../../support/forgery.ts';

export interface HostileDocument {
  readonly of: HostileClass;
  readonly what: string;
  /** The value of the form field SAMLResponse. */
  readonly field: (keys: Keys) => string;
  /** A part of the sentence that only the right check says. */
  readonly refusedBy: string;
}

export const HOSTILE_CLASSES = [
  'signature wrapping of the response',
  'signature wrapping of the assertion',
  'signature wrapping of both',
  'comments, CDATA and instructions',
  'document types and entities',
  'several or missing assertions',
  'several, missing or misplaced signatures',
  'keys inside the message',
  'weak or other algorithms',
  'other transforms and references',
  'changed after signing',
  'addressed to somebody else',
  'from another issuer',
  'out of time',
  'answers another request',
  'no name, or a trick in it',
  'bombs and sizes',
  'bad encodings',
  'other documents',
] as const;

export type HostileClass = (typeof HOSTILE_CLASSES)[number];
