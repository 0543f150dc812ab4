// What to enter in the identity provider, by the names of its own fields. No secret is among it.
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import { DIALECTS } from '../../scim/dialects.ts';
import { CopyField } from '../page/copy-field.tsx';
import type { PanelProps } from './client-words.tsx';

export function ConnectionPanel({ details: { client }, screen }: PanelProps) {
  const { origin } = screen.url;
  return (
    <section class="panel" aria-labelledby="connection">
      <h2 id="connection">What to enter where</h2>
      <Fields client={client} origin={origin} />
    </section>
  );
}

interface FieldsProps {
  readonly client: ClientRow;
  readonly origin: string;
}

function Fields({ client, origin }: FieldsProps) {
  switch (client.grant) {
    case 'authorization_code':
      return <OktaFields client={client} origin={origin} />;
    case 'client_credentials':
      return <CredentialFields client={client} origin={origin} />;
    case 'workload_identity':
      return <IdentityFields client={client} origin={origin} />;
  }
}

/** The address below which one dialect answers. */
function baseUrl(origin: string, name: 'standard' | 'entra'): string {
  return `${origin}${DIALECTS.find((one) => one.name === name)?.basePath}`;
}

function OktaFields({ client, origin }: FieldsProps) {
  const uris: readonly string[] = JSON.parse(client.redirectUris);
  return (
    <>
      <p>
        In Okta: <em>Provisioning &gt; Integration</em>, Authentication Mode <em>OAuth 2</em>.{' '}
        <a href={`/console/connect/okta?key=${client.id}`}>Connect Okta, step by step</a>
      </p>
      <CopyField id="base-url" label="SCIM connector base URL" value={baseUrl(origin, 'standard')} />
      <CopyField id="token-url" label="Access token endpoint URI" value={`${origin}/oauth/token`} />
      <CopyField id="authorize-url" label="Authorization endpoint URI" value={`${origin}/oauth/authorize`} />
      <CopyField id="client-id" label="Client ID" value={client.id} />
      <p>
        As Client Secret enter one that was made on this page; it was shown once. Then press <em>Authenticate</em> in
        Okta. Allowed redirect {uris.length === 1 ? 'URI' : 'URIs'}:
      </p>
      <ul class="client-uris">
        {uris.map((uri) => (
          <li>
            <code>{uri}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function CredentialFields({ client, origin }: FieldsProps) {
  return (
    <>
      <p>
        In Entra: <em>Provisioning &gt; Connectivity</em>, authentication method{' '}
        <em>OAuth2 client credentials grant</em>.{' '}
        <a href={`/console/connect/entra?key=${client.id}`}>Connect Entra, step by step</a>
      </p>
      <CopyField id="tenant-url" label="Tenant URL" value={`${baseUrl(origin, 'entra')}/`} />
      <CopyField id="token-url" label="Token endpoint" value={`${origin}/oauth/token`} />
      <CopyField id="client-id" label="Client identifier" value={client.id} />
      <p>
        As client secret enter one that was made on this page; it was shown once. Anything else takes the same three,
        with the SCIM base URL <code>{baseUrl(origin, 'standard')}</code>; the scope may be left out, or is{' '}
        <code>scim</code>.
      </p>
    </>
  );
}

function IdentityFields({ client, origin }: FieldsProps) {
  const { id, issuer, subject, audience, jwksUrl } = client;
  const expected = [
    ['Issuer', issuer],
    ['Subject', subject],
    ['Audience', audience],
    ['Keys', jwksUrl],
  ] as const;
  return (
    <>
      <p>
        Back in Entra, on the page <em>Connectivity</em>, then <em>Test Connection</em>.{' '}
        <a href={`/console/connect/entra?key=${id}`}>Connect Entra, step by step</a>
      </p>
      <CopyField id="client-id" label="Client ID" value={id} />
      <CopyField id="token-url" label="Token URL" value={`${origin}/oauth/token`} />
      <CopyField id="tenant-url" label="SCIM URL" value={`${baseUrl(origin, 'entra')}/`} />
      <p>Entra’s assertion is accepted with these, signed by one of these keys:</p>
      <dl class="client-claims">
        {expected.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
