// A client of OAuth in words: what it is for, how it stands, and what is typed to confirm its end.
import { type KeyState, keyState } from '../../auth/key-state.ts';
import type { GrantName } from '../../auth/oauth/client-grant.ts';
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import type { ClientDetails } from './client-query.ts';

interface GrantWords {
  /** In the address of the form, and of nothing else. */
  readonly word: string;
  /** As a tab. */
  readonly name: string;
  /** In a table. */
  readonly purpose: string;
  /** Where to take it. */
  readonly sentence: string;
}

export const GRANTS: Readonly<Record<GrantName, GrantWords>> = {
  authorization_code: {
    word: 'okta',
    name: 'Okta',
    purpose: 'Okta Authenticate (authorization code)',
    sentence:
      'For Okta with Authentication Mode OAuth 2: an admin of this portal presses Authenticate in Okta, signs in here and allows it.',
  },
  client_credentials: {
    word: 'credentials',
    name: 'Client credentials',
    purpose: 'Client credentials',
    sentence:
      'For Entra with the OAuth 2 client credentials grant, and for scripts: client id and secret are exchanged for a token of an hour.',
  },
  workload_identity: {
    word: 'workload',
    name: 'Workload identity',
    purpose: 'Workload identity (Entra)',
    sentence:
      'For Entra with Workload Identity Federation: Entra proves who it is by a signature, and nobody has to keep a secret.',
  },
};

/** The kind of client that a form or an address names; Okta's where it names none. */
export function grantOf(word: string | null): GrantName {
  const found = (Object.keys(GRANTS) as GrantName[]).find((grant) => GRANTS[grant].word === word);
  return found ?? 'authorization_code';
}

/** What a client is called. */
export function clientName({ label, id }: Pick<ClientRow, 'label' | 'id'>): string {
  return printable(label, 60) || id;
}

/** How a client stands. */
export function clientState(client: ClientRow, nowMs: number): KeyState {
  return keyState({ ...client, purpose: 'oauth', replacedBy: null }, nowMs);
}

/** The page of a client. */
export function clientPath({ id }: Pick<ClientRow, 'id'>): string {
  return `/console/clients/${id}`;
}

/** What each part of the page of a client is made of. */
export interface PanelProps {
  readonly details: ClientDetails;
  readonly screen: SignedIn;
}

/** Whether this admin may give the client secrets and take them: their own, and those of service accounts. */
export function mayChange({ session }: SignedIn, { client, ownerIsService }: ClientDetails): boolean {
  return ownerIsService || client.ownerSeq === session.userSeq;
}
