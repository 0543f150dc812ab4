// The portal as a request sees it: its policy, its features, and the schemas that follow from them.

import { coreUserSchema } from '../scim/schema/core-user.ts';
import { enterpriseUserSchema } from '../scim/schema/enterprise-user.ts';
import { portalUserSchema } from '../scim/schema/portal-user.ts';
import { ResourceSchema } from '../scim/schema/resource-schema.ts';
import type { Features, Policy, Preset } from './policy.ts';
import { presetOf } from './presets.ts';

/** The portal's row, as the authorising statement reads it. */
export interface PortalRow {
  readonly preset: string;
  readonly policy: string;
  readonly features: string;
  readonly portalVersion: number;
}

export interface Portal {
  /** Grows with every change of policy or features. */
  readonly version: number;
  readonly policy: Policy;
  readonly features: Features;
  readonly userSchema: ResourceSchema;
  /** The URN of the portal's extension as it is answered, while `isAdmin` is honoured. */
  readonly extensionUrn: string | undefined;
}

let known: { readonly row: PortalRow; readonly portal: Portal } | undefined;

/** The portal of a row. Parsing happens once a change: the isolate remembers the last one. The texts are compared too, since a
 * database that was restored counts its versions again. */
export async function readPortal(row: PortalRow): Promise<Portal> {
  if (known && isSame(known.row, row)) return known.portal;
  const { policy, features } = await readChoices(row);
  const extensionUrn =
    features.adminSync && policy.adminBy === 'extension' ? (policy.extensionUrn ?? undefined) : undefined;
  const portal = {
    version: row.portalVersion,
    policy,
    features,
    extensionUrn,
    userSchema: userSchema(policy, extensionUrn),
  };
  known = { row, portal };
  return portal;
}

/** What the row chooses. Only a portal with choices of its own needs the schema to check them by, and loads it. */
async function readChoices(row: PortalRow): Promise<Preset> {
  if (row.policy === '{}' && row.features === '{}') return presetOf(row.preset);
  const { readFeatures, readPolicy } = await import('./policy.ts');
  return { policy: readPolicy(row.preset, row.policy), features: readFeatures(row.preset, row.features) };
}

function isSame(a: PortalRow, b: PortalRow): boolean {
  return (
    a.portalVersion === b.portalVersion && a.preset === b.preset && a.policy === b.policy && a.features === b.features
  );
}

/** The portal as this isolate last saw it. A write decided on it carries its version as a guard. */
export function lastKnownPortal(): Portal | undefined {
  return known?.portal;
}

function userSchema(policy: Policy, extensionUrn: string | undefined): ResourceSchema {
  const core = coreUserSchema({
    userNameImmutable: policy.userNameChanges === 'refused',
    showLastLogin: policy.showLastLogin,
    stored: policy.attributesStored,
    ...(policy.adminBy === 'user_type' ? { userTypes: policy.roles } : {}),
  });
  return new ResourceSchema(core, [
    ...(policy.attributesStored === 'full' ? [enterpriseUserSchema] : []),
    ...(extensionUrn ? [portalUserSchema(extensionUrn)] : []),
  ]);
}
