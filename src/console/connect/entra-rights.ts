// What steers admin rights, roles and teams from Entra.
import { ENTERPRISE_USER } from '../../scim/schema/enterprise-user.ts';
import type { StepRow } from './guide.ts';
import {
  isDivision,
  isExtension,
  isSynced,
  isUserType,
  NOT_SYNCED,
  ROLE_LIST,
  SYNCED,
  TEAM_LIST,
} from './shared-rows.ts';

const EDIT_LIST =
  'Attribute mapping > Provision Microsoft Entra ID Users > Show advanced options > Edit attribute list';

export const ENTRA_RIGHTS: readonly StepRow[] = [
  {
    when: isExtension,
    title: 'Admin rights from Entra',
    where: EDIT_LIST,
    parts: [
      NOT_SYNCED,
      {
        kind: 'form',
        when: isSynced,
        fields: [
          { label: 'Name', value: ({ extensionUrn }) => `${extensionUrn}:isAdmin`, copy: true },
          { label: 'Type', value: 'Boolean' },
        ],
      },
      {
        kind: 'text',
        when: isSynced,
        text: 'Save, then choose *Add New Mapping* in the list of mappings, with an expression that says who is an admin. This one takes an app role of the value `admin`:',
      },
      {
        kind: 'form',
        when: isSynced,
        fields: [
          { label: 'Mapping type', value: 'Expression' },
          {
            label: 'Expression',
            value: 'Switch(SingleAppRoleAssignment([appRoleAssignments]), "False", "admin", "True")',
            copy: true,
          },
          { label: 'Target attribute', value: ({ extensionUrn }) => `${extensionUrn}:isAdmin` },
        ],
      },
      SYNCED,
      {
        kind: 'beware',
        when: ({ extensionUrn = '' }) => isForeign(extensionUrn),
        text: 'Entra asks for names that begin with `urn:ietf:params:scim:schemas:extension:`. Where its form does not take this one, leave admin rights to the console.',
      },
    ],
  },
  {
    when: isUserType,
    title: 'Roles and teams from Entra',
    where: 'Attribute mapping > Provision Microsoft Entra ID Users > Add New Mapping',
    parts: [
      { kind: 'text', text: 'The role, here from the app role that a person has in Entra:' },
      {
        kind: 'form',
        fields: [
          { label: 'Mapping type', value: 'Expression' },
          { label: 'Target attribute', value: 'userType' },
          { label: 'Expression', value: 'SingleAppRoleAssignment([appRoleAssignments])', copy: true },
        ],
      },
      {
        kind: 'beware',
        text: 'Do not map the userType of Entra itself: that is Member or Guest, which is no role here and is refused.',
      },
      ROLE_LIST,
      { kind: 'text', when: isDivision, text: 'The team, from whichever attribute has its name:' },
      {
        kind: 'form',
        when: isDivision,
        fields: [
          { label: 'Mapping type', value: 'Direct' },
          { label: 'Source attribute', value: 'the one with the name of the team' },
          { label: 'Target attribute', value: `${ENTERPRISE_USER}:division`, copy: true },
        ],
      },
      TEAM_LIST,
    ],
  },
];

/** Whether Entra's help does not foresee such a name. */
function isForeign(urn: string): boolean {
  return urn !== '' && !urn.toLowerCase().startsWith('urn:ietf:params:scim:schemas:extension:');
}
