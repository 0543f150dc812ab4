// How people of one portal sign in by their identity provider: what the portal's row holds. Not set up is an empty object.
import * as z from 'zod/mini';

/** Two certificates work at a time, so that an identity provider can change from one to the other. */
export const MAX_CERTIFICATES = 2;

const settingsSchema = z.strictObject({
  state: z.enum(['off', 'on']),
  /** The identity provider's entity ID, which every message names as its issuer. */
  issuer: z.string(),
  /** Where the identity provider signs people in and out, HTTPS. */
  signInUrl: z.string(),
  signOutUrl: z.nullable(z.string()),
  /** X.509 certificates, Base64 of DER without line breaks. */
  certificates: z.array(z.string()).check(z.maxLength(MAX_CERTIFICATES)),
  /** The hash of the settings that a test passed with, `settingsHash`; null where none did. */
  testedHash: z.nullable(z.string()),
});

export type SsoSettings = z.infer<typeof settingsSchema>;

/** The settings in the portal's row; undefined where nothing was set up. Throws on a row that no code of ours would have written. */
export function readSso(text: string): SsoSettings | undefined {
  return text === '{}' ? undefined : settingsSchema.parse(JSON.parse(text));
}

/** The one address of the service provider: Identifier, Reply URL and Relay State. */
export function acsUrl(origin: string): string {
  return `${origin}/auth/saml2/`;
}
