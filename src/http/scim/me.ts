// /Me: an alias for the authenticated subject (RFC 7644 section 3.11), which a key is not.
import { fail } from '../../failure.ts';
import type { ScimHandler } from './request.ts';
import type { Route } from './routes.ts';

/** 501, as the RFC allows. */
const refuseMe: ScimHandler = async () =>
  fail(
    'not_implemented',
    'A SCIM key acts for the identity provider and is no user, so there is no /Me. Use /Users/{id}.',
  );

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export const meRoutes: readonly Route[] = ['/Me', '/Me/*'].flatMap((pattern) =>
  METHODS.map((method) => ({ method, pattern, handler: refuseMe })),
);
