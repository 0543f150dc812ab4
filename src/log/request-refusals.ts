// Explanations of what is refused for the form of the request: bodies, searches, lists and bulk requests.
import type { RefusalCode } from '../failure.ts';
import type { RefusalText } from './explanation.ts';
import { ENTRA, OKTA } from './idp-menus.ts';

/** Okta and Entra send what can be read, so something in between does not. */
const DIRECT = {
  okta: `${OKTA.connection}: let the SCIM connector base URL lead straight to the portal; a proxy, hook or script in between changes what Okta sends.`,
  entra: `${ENTRA.connection}: let the Tenant URL lead straight to the portal; a proxy or script in between changes what Entra sends.`,
} as const;

const MATCHING = {
  okta: `${OKTA.connection}: set Unique identifier field for users to userName.`,
  entra: `${ENTRA.users}: match on userName with matching precedence 1, and on no other attribute.`,
} as const;

const IMPORT_AGAIN = {
  okta: `${OKTA.importing}: press Import Now to begin again; or leave Import New Users and Profile Updates off, since Okta is the source of users.`,
  entra: `${ENTRA.settings}: Entra does not page like this; look for another client that uses the same Secret token.`,
} as const;

const BULK = {
  okta: `${OKTA.connection}: Okta sends no bulk requests; look for the script that uses this Username and Password.`,
  entra: `${ENTRA.connection}: Entra sends no bulk requests; look for the script that uses this Secret token.`,
} as const;

export const REQUEST_REFUSALS = {
  invalid_syntax: { because: 'its body could not be read', quotes: true, change: DIRECT },
  unsupported_media_type: { because: 'its body was not marked as JSON', change: DIRECT },
  body_too_large: {
    because: 'its body was larger than the portal takes in one piece',
    quotes: true,
    change: {
      okta: `${OKTA.pushGroups}: split the group, or push it in parts by rule.`,
      entra: `${ENTRA.assignments}: assign smaller groups in place of this one.`,
    },
  },
  invalid_filter: { because: 'it searched in a way that is not possible here', quotes: true, change: MATCHING },
  too_many_to_scan: {
    because:
      'its search would have had to look through too many accounts, because it names no attribute that is indexed',
    change: MATCHING,
  },
  invalid_cursor: { because: 'it asked for a page that this portal did not offer', quotes: true, change: IMPORT_AGAIN },
  expired_cursor: { because: 'it asked for the next page too long after the last one', change: IMPORT_AGAIN },
  invalid_count: { because: 'it asked for a page of a size that is no number', change: IMPORT_AGAIN },
  discovery_filter: {
    because: 'it searched the description of what the portal supports, which can only be read as a whole',
    change: {
      okta: `${OKTA.connection}: Okta never does this; look for the script that uses this Username and Password.`,
      entra: `${ENTRA.connection}: Entra never does this; look for the script that uses this Secret token.`,
    },
  },
  precondition_failed: {
    because: 'what it wanted to change had been changed by somebody else meanwhile',
    change: {
      okta: `${OKTA.tasks}: press Retry, and see that only one client writes to this portal.`,
      entra: `${ENTRA.onDemand}: provision the user again, and see that only one client writes to this portal.`,
    },
  },
  too_many_operations: { because: 'one bulk request had more operations than allowed', quotes: true, change: BULK },
  bulk_conflict: {
    because: 'an operation of a bulk request referred to another one that failed',
    quotes: true,
    change: BULK,
  },
} as const satisfies Partial<Record<RefusalCode, RefusalText>>;
