// Explanations of what is refused before any user or group is looked at: the credential and the address.
import type { RefusalCode } from '../failure.ts';
import type { RefusalText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

const NEW_KEY = 'npm run key -- create --owner EMAIL makes a new key, npm run key -- list shows those there are.';

export const CREDENTIAL_REFUSALS = {
  credential_missing: {
    because: 'the request carried no credential at all',
    change: {
      okta: `${OKTA.connection}: choose Basic Auth as Authentication Mode and enter the SCIM API Username and Password.`,
      entra: `${ENTRA.connection}: paste the Secret token, which is username, colon and password in one.`,
      portal: NEW_KEY,
    },
  },
  credential_malformed: {
    because: 'its credential has not the form of a SCIM API Username and Password',
    quotes: true,
    change: {
      okta: `${OKTA.connection}: copy the SCIM API Username and Password again, whole and without spaces.`,
      entra: `${ENTRA.connection}: paste the whole Secret token again: username, colon, password, without the word Bearer.`,
      portal: NEW_KEY,
    },
  },
  credential_unknown: {
    because:
      'its SCIM API Username and Password are unknown here, expired or revoked, or the owner of the key is no longer an active admin',
    change: {
      okta: `${OKTA.connection}: enter the Username and Password of a key that is alive, then Test Connector Configuration.`,
      entra: `${ENTRA.connection}: paste the Secret token of a key that is alive, then Test connection and Restart provisioning.`,
      portal: NEW_KEY,
    },
  },
  token_unknown: {
    because: 'its access token had expired, or the token, its client or the rights of the owner have ended',
    change: {
      okta: `${OKTA.connection}: nothing has to change where it goes on after a refresh; else press Authenticate again.`,
      entra: `${ENTRA.connection}: nothing has to change where it goes on by itself; else use a client that is alive, then Test connection.`,
    },
  },
  too_many_failures: {
    because: 'too many requests with a wrong credential came from its address within a minute',
    change: {
      okta: `${OKTA.connection}: correct Username and Password, wait a minute, then Test Connector Configuration.`,
      entra: `${ENTRA.connection}: correct the Secret token, wait a minute, then Test connection.`,
    },
  },
  https_required: {
    because: 'it came over plain HTTP, where a credential can be read on the way',
    change: {
      okta: `${OKTA.connection}: let the SCIM connector base URL begin with https://.`,
      entra: `${ENTRA.connection}: let the Tenant URL begin with https://.`,
    },
  },
  misdirected_request: {
    because: "it was sent to a hostname that is not this portal's",
    change: {
      okta: `${OKTA.connection}: use the portal's own hostname in the SCIM connector base URL, no alias and no IP address.`,
      entra: `${ENTRA.connection}: use the portal's own hostname in the Tenant URL, no alias and no IP address.`,
    },
  },
  not_found: {
    because: 'there is nothing at the address it asked for, so the base URL is probably too long or too short',
    change: {
      okta: `${OKTA.connection}: the SCIM connector base URL is https://HOST/scim/v2, without /Users.`,
      entra: `${ENTRA.connection}: the Tenant URL is https://HOST/scim/v2/entra/.`,
    },
  },
  method_not_allowed: {
    because: 'the address it used takes other kinds of requests',
    quotes: true,
    change: {
      okta: `${OKTA.connection}: the SCIM connector base URL is https://HOST/scim/v2, without /Users.`,
      entra: `${ENTRA.connection}: the Tenant URL is https://HOST/scim/v2/entra/.`,
    },
  },
} as const satisfies Partial<Record<RefusalCode, RefusalText>>;
