// The core Group schema, RFC 7643 sections 4.2 and 8.7.1. Members are users and nothing else: groups inside groups are
// refused, and the schema says so.
import { attribute, type Schema } from './attribute.ts';
import { ResourceSchema } from './resource-schema.ts';

const immutable = { mutability: 'immutable' } as const;

const members = attribute('members', 'complex', 'The users in the group. Groups inside groups are not supported.', {
  multiValued: true,
  manyValues: true,
  subAttributes: [
    attribute('value', 'string', 'The id of the user.', { ...immutable, required: true, caseExact: true }),
    attribute('$ref', 'reference', 'The URI of the user.', { ...immutable, referenceTypes: ['User'] }),
    attribute('display', 'string', 'The name shown for the user.', { mutability: 'readOnly' }),
    attribute('type', 'string', 'Always User.', { ...immutable, canonicalValues: ['User'] }),
  ],
});

const coreGroup: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', 'string', 'The name of the group. Unique without regard to case.', {
      required: true,
      uniqueness: 'server',
    }),
    members,
  ],
};

/** The schemas of groups: the same in every portal that has groups. */
export const groupSchema = new ResourceSchema(coreGroup, []);

/** The attribute `members`. */
export const MEMBERS = members;
