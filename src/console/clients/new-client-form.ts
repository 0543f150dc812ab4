// What the form for a new client carries, and what is made of it: people paste what Okta and Entra show them, in one shape or another.

import { newKeyId } from '../../auth/key-format.ts';
import { readLabel } from '../../auth/key-label.ts';
import {
  type ClientGrant,
  type GrantName,
  readRedirectUris,
  readWorkloadIdentity,
} from '../../auth/oauth/client-grant.ts';
import type { NewClient } from '../../auth/oauth/client-store.ts';
import type { Sources } from '../../env.ts';
import { fail, ok, type Result } from '../../failure.ts';
import { grantOf } from './client-words.tsx';

/** As it was typed. */
export interface ClientFields {
  readonly grant: GrantName;
  readonly id: string;
  readonly label: string;
  readonly owner: string;
  readonly redirectUris: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

/** The fields of a form or of an address. */
export function readFields(sent: URLSearchParams): ClientFields {
  const text = (name: string) => sent.get(name) ?? '';
  return {
    grant: grantOf(sent.get('for')),
    id: text('id'),
    label: text('label'),
    owner: text('owner'),
    redirectUris: text('redirectUris'),
    issuer: text('issuer'),
    subject: text('subject'),
    audience: text('audience'),
    jwksUrl: text('jwksUrl'),
  };
}

/** The client that the form asks for, acting for one of these accounts. Fails with `invalid_value`, naming the field. */
export function readNewClient(
  sources: Sources,
  fields: ClientFields,
  ownerSeqs: readonly number[],
): Result<Omit<NewClient, 'actor' | 'requestId'>> {
  const label = readLabel(fields.label);
  if (!label.ok)
    return fail('invalid_value', 'The client needs a name of at most 60 characters, such as Okta production.');
  const ownerSeq = ownerSeqs.find((seq) => String(seq) === fields.owner);
  if (ownerSeq === undefined) return fail('invalid_value', 'Choose the account that the client acts for.');
  const grant = readGrant(fields);
  if (!grant.ok) return grant;
  const clientId = /^[0-9a-hjkmnp-tv-z]{12}$/.test(fields.id) ? fields.id : newKeyId(sources);
  return ok({ clientId, ownerSeq, label: label.value, grant: grant.value });
}

function readGrant(fields: ClientFields): Result<ClientGrant> {
  switch (fields.grant) {
    case 'client_credentials':
      return ok({ grant: 'client_credentials' });
    case 'authorization_code': {
      const uris = readRedirectUris(fields.redirectUris.split(/\s+/).map(oktaCallback).join('\n'));
      return uris.ok ? ok({ grant: 'authorization_code', redirectUris: uris.value }) : uris;
    }
    case 'workload_identity': {
      const { subject } = fields;
      const issuer = fields.issuer.trim();
      const audience = fields.audience.trim().replace(/\/\.default$/, '');
      const jwksUrl = fields.jwksUrl.trim() || keysOf(issuer);
      if (jwksUrl === undefined)
        return fail('invalid_value', 'Enter the JWKS URL: only Entra’s follows from the issuer.');
      const identity = readWorkloadIdentity({ issuer, subject, audience, jwksUrl });
      return identity.ok ? ok({ grant: 'workload_identity', ...identity.value }) : identity;
    }
  }
}

/** Of the address of an app in the Admin Console of Okta, the redirect URI that Okta uses for it; of anything else, itself. */
export function oktaCallback(text: string): string {
  const address =
    /^https:\/\/[\w-]+-admin\.((?:okta|okta-emea|oktapreview|trexcloud)\.com)\/admin\/app\/([\w-]+)\/instance\//;
  const [, domain, appName] = address.exec(text) ?? [];
  return appName === undefined ? text : `https://system-admin.${domain}/admin/app/cpc/${appName}/oauth/callback`;
}

/** Where an issuer of Entra has its keys; undefined for other issuers. */
export function keysOf(issuer: string): string | undefined {
  const [, origin, tenant] = /^(https:\/\/login\.[a-z.]+)\/([0-9a-f-]{36})\/v2\.0$/i.exec(issuer) ?? [];
  return tenant === undefined ? undefined : `${origin}/${tenant}/discovery/v2.0/keys`;
}
