// The shapes of explanations: the texts are tables of data, one row a rule, in the files beside this one.
import type { Change } from './idp-menus.ts';

/** A sentence for the admin of an identity provider, and where something should be different, what to change. */
export interface Explanation {
  readonly sentence: string;
  readonly change?: Change;
}

/** Why something was refused, as the end of a sentence without its full stop. `quotes`: the answer that the client was given
 * says more, about this very request. */
export interface RefusalText {
  readonly because: string;
  readonly quotes?: true;
  readonly change: Change;
}

/** What the sentence about something done is made of, in plain text: who did it, to what, and which attributes it names. */
export interface DoneFacts {
  readonly who: string;
  readonly subject: string;
  readonly what: string;
  /** What the subject is, where it may present itself to SCIM. */
  readonly noun: 'key' | 'OAuth client';
}

/** A whole sentence. */
export type DoneText = (facts: DoneFacts) => string;

/** What a rule adds to it: a sentence of its own. */
export interface RuleText {
  readonly sentence: string;
  readonly change?: Change;
}
