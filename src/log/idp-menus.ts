// Where the settings are that an explanation names: the menus of Okta and Entra as their help pages and our guides have them
// (docs/connect-okta.md, docs/connect-entra.md), each written once.

/** What to change, for each side that can. */
export interface Change {
  readonly okta?: string;
  readonly entra?: string;
  /** A command line. */
  readonly portal?: string;
}

const OKTA_APP = 'Applications > the app';
const ENTRA_APP = 'Enterprise applications > the app';
const ENTRA_MAPPING = `${ENTRA_APP} > Provisioning > Attribute mapping`;

export const OKTA = {
  connection: `${OKTA_APP} > Provisioning > Integration`,
  toApp: `${OKTA_APP} > Provisioning > To App`,
  mappings: `${OKTA_APP} > Provisioning > To App > Attribute Mappings`,
  userName: `${OKTA_APP} > Sign On > Settings > Credentials Details`,
  profile: "Directory > Profile Editor > the app's profile",
  assignments: `${OKTA_APP} > Assignments`,
  pushGroups: `${OKTA_APP} > Push Groups`,
  importing: `${OKTA_APP} > Import`,
  signOn: `${OKTA_APP} > Sign On`,
  saml: `${OKTA_APP} > General > SAML Settings > Edit`,
  claims: `${OKTA_APP} > General > SAML Settings > Attribute Statements`,
  tasks: 'Dashboard > Tasks',
} as const;

export const ENTRA = {
  connection: `${ENTRA_APP} > Provisioning > Admin credentials`,
  users: `${ENTRA_MAPPING} > Provision Microsoft Entra ID Users`,
  groups: `${ENTRA_MAPPING} > Provision Microsoft Entra ID Groups`,
  advanced: `${ENTRA_MAPPING} > Provision Microsoft Entra ID Users > Show advanced options`,
  assignments: `${ENTRA_APP} > Users and groups`,
  settings: `${ENTRA_APP} > Provisioning > Settings`,
  saml: `${ENTRA_APP} > Single sign-on > Basic SAML Configuration`,
  certificate: `${ENTRA_APP} > Single sign-on > SAML Certificates`,
  claims: `${ENTRA_APP} > Single sign-on > Attributes & Claims`,
  onDemand: `${ENTRA_APP} > Provisioning > Provision on demand`,
} as const;
