// A mail before it has a form: its parts as plain values. Text and HTML are made of the same parts.

import { adminMail } from './admin-mail.ts';
import { brakeMail } from './brake-mail.ts';
import type { Occasion } from './occasion.ts';
import { ssoMail } from './sso-mail.ts';

/** One step: a sentence or two, and the command to run or the address to open where there is one. */
export interface Advice {
  readonly say: string;
  readonly run?: string;
}

export interface Mail {
  /** Behind the portal's name in the subject, and the heading; it may begin with a name, so nobody capitalises it. */
  readonly title: string;
  /** One sentence that says what happened. */
  readonly summary: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What to do if it was not intended, step by step. */
  readonly advice: readonly Advice[];
  /** Why the reader gets this. */
  readonly reason: string;
}

/** The mail of an occasion. `hostname` is the portal's. */
export function mailOf(occasion: Occasion, hostname: string): Mail {
  switch (occasion.kind) {
    case 'admin_granted':
    case 'admin_revoked':
      return adminMail(occasion, occasion.kind, hostname);
    case 'brake_engaged':
      return brakeMail(occasion, hostname);
    case 'sso_changed':
      return ssoMail(occasion, hostname);
  }
}
