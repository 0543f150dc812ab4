// Where identity providers have the mapping of an attribute, for whoever is told to change one there.
import { ENTRA, OKTA } from '../../log/idp-menus.ts';
import { Detail, Details } from './details.tsx';

export function ProviderPlaces() {
  return (
    <details class="places">
      <summary>Where in Okta and Entra</summary>
      <Details>
        <Detail name="Okta">{OKTA.mappings}</Detail>
        <Detail name="Entra">{ENTRA.users}</Detail>
      </Details>
    </details>
  );
}
