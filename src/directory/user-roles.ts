// What steers a user's role through SCIM, one row a way: `isAdmin` of the portal's extension, or `userType`. The role is a
// column of its own, because guards ask it; the resource only shows it.
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { isObject, type JsonObject } from '../scim/json.ts';
import type { ScimResource } from '../scim/resource.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { Policy } from './policy.ts';
import type { Portal } from './portal.ts';

/** What a request wants: the canonical resource it would leave, and the canonical names that it named itself. */
export interface Wanted {
  readonly resource: ScimResource;
  readonly named: ReadonlySet<string>;
}

interface RoleSource {
  /** The attribute's name in the journal. */
  readonly attribute: string;
  /** The part of the resource that shows a role. */
  readonly shown: (role: string, portal: Portal) => JsonObject;
  /** The names of that part, which are not stored as attributes. */
  readonly names: (portal: Portal) => readonly string[];
  /** The role after a request, from the role before. Fails with `invalid_value`. */
  readonly after: (role: string, wanted: Wanted, portal: Portal) => Result<string>;
}

const USER_TYPE = 'userType';

const SOURCES: Readonly<Record<Policy['adminBy'], RoleSource>> = {
  extension: {
    attribute: 'isAdmin',
    shown: (role, { extensionUrn }) => (extensionUrn ? { [extensionUrn]: { isAdmin: role === ADMIN_ROLE } } : {}),
    names: ({ extensionUrn }) => (extensionUrn ? [extensionUrn] : []),
    after: (role, wanted, portal) => ok(roleByAdmin(role, wanted, portal)),
  },
  user_type: {
    attribute: USER_TYPE,
    shown: (role, { policy }) => (policy.roles.includes(role) ? { [USER_TYPE]: role } : {}),
    names: () => [USER_TYPE],
    after: roleByUserType,
  },
};

/** The attribute that a change of role is journalled under. */
export function roleAttribute({ policy }: Pick<Portal, 'policy'>): string {
  return SOURCES[policy.adminBy].attribute;
}

/** The attributes by which a resource shows a role. */
export function shownRole(role: string, portal: Portal): JsonObject {
  return SOURCES[portal.policy.adminBy].shown(role, portal);
}

/** A resource without the attributes that show the role. */
export function withoutRole(resource: ScimResource, portal: Portal): ScimResource {
  const names = SOURCES[portal.policy.adminBy].names(portal);
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)));
}

/** The role that a request leaves a user with. Fails with `invalid_value` for a role that the portal does not have. */
export function roleAfter(role: string, wanted: Wanted, portal: Portal): Result<string> {
  return SOURCES[portal.policy.adminBy].after(role, wanted, portal);
}

/** True grants, false revokes, null and missing change nothing. */
function roleByAdmin(role: string, { resource }: Wanted, { policy, extensionUrn }: Portal): string {
  const extension = extensionUrn ? resource[extensionUrn] : undefined;
  const isAdmin = isObject(extension) ? extension['isAdmin'] : undefined;
  if (typeof isAdmin !== 'boolean') return role;
  if (isAdmin) return ADMIN_ROLE;
  return role === ADMIN_ROLE ? policy.defaultRole : role;
}

/** Missing changes nothing, null and empty give the least, and a value is a role's name in any case, since the schema says
 * that `userType` compares without case. */
function roleByUserType(role: string, { resource, named }: Wanted, { policy }: Portal): Result<string> {
  if (!named.has(USER_TYPE)) return ok(role);
  const value = resource[USER_TYPE];
  if (typeof value !== 'string') return ok(policy.defaultRole);
  const known = policy.roles.find((name) => name === fold(value));
  if (known !== undefined) return ok(known);
  return fail(
    'invalid_value',
    `userType must be one of ${policy.roles.join(', ')}: it is the user's role in this portal. Map it to one of these in the identity provider, or leave it out.`,
  );
}
