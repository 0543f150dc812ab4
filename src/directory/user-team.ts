// Which team a user's attributes ask for. The team itself is looked up by the write, in SQL: a name costs no call.
import { isObject } from '../scim/json.ts';
import type { ScimResource } from '../scim/resource.ts';
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';
import type { Portal } from './portal.ts';

/** The name of the team that the attributes ask for; null for none. */
export function teamOf(attributes: ScimResource, { policy }: Portal): string | null {
  const enterprise = policy.teamBy === 'division' ? attributes[ENTERPRISE_USER] : undefined;
  const division = isObject(enterprise) ? enterprise['division'] : undefined;
  return typeof division === 'string' ? division : null;
}

/** The team a change of attributes moves a user to: undefined while the division stays as it is, because an admin may have
 * put the user into another team by hand. */
export function teamChange(before: ScimResource, after: ScimResource, portal: Portal): string | null | undefined {
  const team = teamOf(after, portal);
  return team === teamOf(before, portal) ? undefined : team;
}
