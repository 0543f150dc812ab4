// The portal's own extension of User: admin rights steered by the identity provider, where support switched the feature on.
import { attribute, type Schema } from './attribute.ts';

/** The extension under the portal's URN, spelled as it is answered; URNs compare without case. */
export function portalUserSchema(urn: string): Schema {
  return {
    id: urn,
    name: 'PortalUser',
    description: 'Portal access',
    attributes: [
      attribute(
        'isAdmin',
        'boolean',
        'True grants admin rights in the portal, false revokes them, absent changes nothing.',
      ),
    ],
  };
}
