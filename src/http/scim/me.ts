// /Me: an alias for the authenticated subject (RFC 7644 section 3.11), which a key is not.
import { fail } from '../../failure.ts';
import type { ScimHandler } from './request.ts';

/** 501, as the RFC allows. */
export const refuseMe: ScimHandler = async () =>
  fail(
    'not_implemented',
    'A SCIM key acts for the identity provider and is no user, so there is no /Me. Use /Users/{id}.',
  );
