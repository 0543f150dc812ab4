// Where identity providers have the mapping of an attribute, for whoever is told to change one there.
import { ENTRA, OKTA } from '../../log/idp-menus.ts';
import { Detail, Details } from './details.tsx';

export function ProviderPlaces() {
  return (
    <Details label="Where it is set in the identity provider">
      <Detail name="Okta">{OKTA.mappings}</Detail>
      <Detail name="Entra">{ENTRA.users}</Detail>
    </Details>
  );
}
