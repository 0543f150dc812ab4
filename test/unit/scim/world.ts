// A user type with both kinds of extension, and the two ways to look at a result.
import type { Failure, FailureCode, Result } from '../../../src/failure.ts';
import type { Attribute } from '../../../src/scim/schema/attribute.ts';
import { attribute } from '../../../src/scim/schema/attribute.ts';
import { CORE_USER, coreUserSchema } from '../../../src/scim/schema/core-user.ts';
import { ENTERPRISE_USER, enterpriseUserSchema } from '../../../src/scim/schema/enterprise-user.ts';
import { portalUserSchema } from '../../../src/scim/schema/portal-user.ts';
import { ResourceSchema } from '../../../src/scim/schema/resource-schema.ts';

export const CORE = CORE_USER;
export const ENTERPRISE = ENTERPRISE_USER;
/** As an admin types it; the resource has it as the schema spells it. */
export const PORTAL_AS_TYPED = 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User';
const portalUser = portalUserSchema('urn:ietf:scim:schemas:extension:sendsafely:2.0:User');
export const PORTAL = portalUser.id;

export const USER = new ResourceSchema(coreUserSchema({ userNameImmutable: true, showLastLogin: true }), [
  enterpriseUserSchema,
  portalUser,
]);

/** An attribute of the user type that a test relies on. */
export function known(name: string): Attribute {
  const found = USER.attribute(name) ?? USER.extensionAttribute(ENTERPRISE, name);
  if (found === undefined) throw new Error(`the table has no ${name}`);
  return found;
}

/** A made-up attribute, for types the user schema does not use. */
export const simple = (type: Attribute['type']) => attribute('thing', type, 'A thing.');

/** The value of a result that must be a success. */
export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

/** The failure of a result that must be one. */
export function refused(result: Result<unknown>): Failure {
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.value)}`);
  return result.failure;
}

export function codeOf(result: Result<unknown>): FailureCode {
  return refused(result).code;
}

/** Runs `work` and fails where it takes more than `milliseconds` of its thread's CPU time three times in a row: what else the machine
 * does is no part of it. */
export function within<T>(milliseconds: number, work: () => T): T {
  const times: number[] = [];
  while (times.length < 3) {
    const start = process.threadCpuUsage();
    const result = work();
    const { user, system } = process.threadCpuUsage(start);
    times.push((user + system) / 1000);
    if (Math.min(...times) <= milliseconds) return result;
  }
  throw new Error(`took ${times.join(', ')} ms, may take ${milliseconds} ms`);
}
