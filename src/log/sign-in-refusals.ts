// Explanations of what is refused where people sign in by their identity provider, and where clients get tokens.
import type { RefusalCode } from '../failure.ts';
import type { RefusalText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

const ASSIGN = {
  okta: `${OKTA.assignments}: assign the person with provisioning on, so that SCIM creates them before they sign in.`,
  entra: `${ENTRA.assignments}: assign the person, and let ${ENTRA.onDemand} create them before they sign in.`,
} as const;

const CLAIMS = {
  okta: `${OKTA.claims}: send email, givenName and familyName with values.`,
  entra: `${ENTRA.claims}: send email, givenName and familyName with values.`,
} as const;

export const SIGN_IN_REFUSALS = {
  sso_off: {
    because: 'single sign-on is not switched on in this portal',
    quotes: true,
    change: {
      okta: `${OKTA.signOn}: keep the settings; an admin of the portal switches single sign-on on in its console.`,
      entra: `${ENTRA.saml}: keep the settings; an admin of the portal switches single sign-on on in its console.`,
      portal:
        'npm run portal -- sso on switches it on, and so does Configuration > Authentication Providers in the console.',
    },
  },
  saml_response_refused: {
    because: 'what the identity provider sent cannot be trusted',
    quotes: true,
    change: {
      okta: `${OKTA.saml}: check Single sign-on URL, Audience URI, signed response and assertion, SHA256, and the certificate.`,
      entra: `${ENTRA.certificate}: set Sign SAML response and assertion and SHA-256, compare the certificate, and Identifier and Reply URL beside it.`,
    },
  },
  saml_replayed: {
    because: 'the same sign-in was used before, and each counts once',
    quotes: true,
    change: {
      okta: `${OKTA.saml}: nothing has to change; let the person sign in anew.`,
      entra: `${ENTRA.saml}: nothing has to change; let the person sign in anew.`,
    },
  },
  sso_user_unknown: { because: 'the portal has no user of that name', quotes: true, change: ASSIGN },
  sso_user_inactive: { because: 'the user is deactivated', quotes: true, change: ASSIGN },
  sso_user_removed: {
    because: 'the user was deleted, and only provisioning or an admin brings them back',
    quotes: true,
    change: ASSIGN,
  },
  sso_not_saml: {
    because: 'the account with that user name signs in with a password or is a service account',
    quotes: true,
    change: {
      okta: `${OKTA.assignments}: remove the person, or have an admin of the portal set the account's login type to SAML.`,
      entra: `${ENTRA.assignments}: remove the person, or have an admin of the portal set the account's login type to SAML.`,
    },
  },
  jit_incomplete: { because: 'a first sign-in must say who the person is', quotes: true, change: CLAIMS },
  jit_domain: {
    because: "the person's e-mail domain is none of the portal's",
    quotes: true,
    change: {
      okta: `${OKTA.assignments}: remove the person, or have whoever runs the portal add the domain.`,
      entra: `${ENTRA.assignments}: remove the person, or have whoever runs the portal add the domain.`,
      portal: 'npm run portal -- domain add DOMAIN, by whoever runs the portal, once the domain is verified.',
    },
  },
  oauth_client_refused: {
    because: 'the client id, its secret or its assertion is wrong, or the client was revoked',
    quotes: true,
    change: {
      okta: `${OKTA.connection}: enter Client ID and Client Secret of a client that is alive, then Authenticate again.`,
      entra: `${ENTRA.connection}: enter client identifier, secret and token endpoint of a client that is alive.`,
    },
  },
  oauth_grant_refused: {
    because: 'the code or refresh token has been used, has run out or belongs to another client',
    quotes: true,
    change: {
      okta: `${OKTA.connection}: press Authenticate again.`,
      entra: `${ENTRA.connection}: enter client identifier and secret again, then Test connection.`,
    },
  },
  oauth_request_refused: {
    because: 'the request is none that this client may make',
    quotes: true,
    change: {
      okta: `${OKTA.connection}: compare the fields of OAuth 2.0 with the page of the client in the console.`,
      entra: `${ENTRA.connection}: compare the token endpoint with the page of the client in the console.`,
    },
  },
} as const satisfies Partial<Record<RefusalCode, RefusalText>>;
