// What the identity provider is told of this portal, ready to copy.
import { acsUrl } from '../../sso/settings.ts';
import { CopyField } from '../page/copy-field.tsx';

export function OurValues({ origin }: { readonly origin: string }) {
  const url = acsUrl(origin);
  return (
    <section class="panel setting" aria-labelledby="ours">
      <h2 id="ours">1. Enter this in the identity provider</h2>
      <p>
        Step by step: <a href="/console/connect/sso-okta">single sign-on with Okta</a>,{' '}
        <a href="/console/connect/sso-entra">single sign-on with Entra</a>.
      </p>
      <div class="fields">
        <CopyField
          id="acs"
          label="Identifier, Reply URL and Relay State"
          value={url}
          hint="One value for all three. Okta calls them Audience URI (SP Entity ID), Single sign-on URL and Default RelayState."
        />
        <CopyField
          id="metadata-url"
          label="Metadata URL"
          value={`${url}metadata`}
          hint="For identity providers that read it all from there."
        />
      </div>
      <p class="hint">
        The Unique User Identifier (NameID) is the user name here, and nothing else is. Response and assertion must both
        be signed, with SHA-256.
      </p>
    </section>
  );
}
