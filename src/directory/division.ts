// Where SQL finds the division of a user, by which the identity provider asks for a team.
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';

/** SQL: the division of a row of `users`; NULL for none. */
export const DIVISION_SQL = `attributes ->> '$."${ENTERPRISE_USER}".division'`;
