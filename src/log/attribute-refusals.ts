// Explanations of what is refused for the attributes of a user: values, paths, and what cannot be changed.
import type { RefusalCode } from '../failure.ts';
import type { RefusalText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

const ATTRIBUTE_NAMES = {
  okta: `${OKTA.profile}: correct External name and External namespace of the attribute that the answer names.`,
  entra: `${ENTRA.advanced}: correct the attribute's name in Edit attribute list, or remove its mapping.`,
} as const;

export const ATTRIBUTE_REFUSALS = {
  invalid_value: {
    because: 'a value does not fit',
    quotes: true,
    change: {
      okta: `${OKTA.mappings}: correct or remove the mapping of the attribute that the answer names.`,
      entra: `${ENTRA.users}: correct or remove the mapping of the attribute that the answer names.`,
    },
  },
  invalid_path: {
    because: 'it named an attribute in a way that SCIM does not know',
    quotes: true,
    change: ATTRIBUTE_NAMES,
  },
  no_target: { because: 'it did not say which value to change', quotes: true, change: ATTRIBUTE_NAMES },
  read_only_attribute: {
    because: 'only the portal itself sets this attribute',
    quotes: true,
    change: {
      okta: `${OKTA.mappings}: remove the mapping of the attribute that the answer names.`,
      entra: `${ENTRA.users}: delete the mapping of the attribute that the answer names.`,
    },
  },
  immutable_attribute: {
    because: 'a member of a group cannot be turned into another one, only removed and added',
    change: {
      okta: `${OKTA.pushGroups}: choose Push now for the group; Okta itself adds and removes members.`,
      entra: `${ENTRA.groups}: map members to members, as it is by default.`,
    },
  },
  user_name_immutable: {
    because: 'it would have given the user another userName, which is the identity of the account and cannot change',
    change: {
      okta: `${OKTA.userName}: set Update application username on to Create only.`,
      entra: `${ENTRA.advanced}: set the mutability of userName to Immutable in the schema.`,
      portal:
        'npm run portal -- policy set userNameChanges allowed, where the portal gives its users ids of their own (userId opaque).',
    },
  },
} as const satisfies Partial<Record<RefusalCode, RefusalText>>;
