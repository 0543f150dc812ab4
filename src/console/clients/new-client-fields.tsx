// The fields of a new client: those that every kind has, and those of one kind, with where Okta and Entra show what to paste.
import { LABEL_CHARACTERS } from '../../auth/key-label.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { type Option, SelectField, TextField } from '../page/fields.tsx';
import { TextArea } from '../page/text-area.tsx';
import type { Owner } from './client-query.ts';
import { GRANTS } from './client-words.tsx';
import type { ClientFields } from './new-client-form.ts';

interface FieldsProps {
  readonly screen: SignedIn;
  readonly fields: ClientFields;
  readonly owners: readonly Owner[];
}

/** Of every kind. */
export function CommonFields({ screen, fields, owners }: FieldsProps) {
  const { session } = screen;
  const services = owners.filter(({ isAdmin }) => isAdmin === 1);
  const usual = services.find(({ seq }) => seq === session.actingSeq) ?? services[0];
  const options: readonly Option[] = [
    ...services.map(({ seq, userName }) => ({
      value: String(seq),
      text: `${printable(userName, 60)} (service account)`,
    })),
    { value: String(session.userSeq), text: `${printable(session.userName, 60)} (your own account)` },
  ];
  return (
    <>
      <TextField
        name="label"
        label="Name"
        hint="What uses it, such as “Okta production”. It stands in the log and in mails."
        value={fields.label}
        maxlength={LABEL_CHARACTERS}
        required
      />
      <SelectField
        name="owner"
        label="Acts for"
        hint={
          usual === undefined
            ? 'A client ends with the account it acts for. A service account, which nobody signs in with, is the better choice: add one under Users.'
            : 'A client ends with the account it acts for. Nobody leaves with a service account.'
        }
        options={options}
        value={fields.owner || String(usual?.seq ?? session.userSeq)}
      />
    </>
  );
}

/** Of one kind. */
export function GrantFields({ fields }: Pick<FieldsProps, 'fields'>) {
  switch (fields.grant) {
    case 'authorization_code':
      return <RedirectField fields={fields} />;
    case 'client_credentials':
      return null;
    case 'workload_identity':
      return <IdentityFields fields={fields} />;
  }
}

function RedirectField({ fields }: Pick<FieldsProps, 'fields'>) {
  return (
    <>
      <TextArea
        name="redirectUris"
        label="Redirect URIs"
        hint="Where a browser may be sent with the answer, one a line, character by character. Or paste the address of the app’s page in the Okta Admin Console: Okta’s redirect URI is made from it."
        value={fields.redirectUris}
        rows={3}
        maxlength={6_000}
        required
      />
      <details class="client-help">
        <summary>Which one is Okta’s?</summary>
        <p>
          <code>https://system-admin.okta.com/admin/app/cpc/APPNAME/oauth/callback</code>, where APPNAME is what stands
          between <code>/app/</code> and <code>/instance/</code> in the address of the app in the Admin Console. Orgs of{' '}
          <code>okta-emea.com</code> and <code>oktapreview.com</code> have that name in place of <code>okta.com</code>.
        </p>
      </details>
    </>
  );
}

function IdentityFields({ fields }: Pick<FieldsProps, 'fields'>) {
  return (
    <>
      <p>
        In Entra: <em>Provisioning &gt; Connectivity</em>, authentication method <em>Workload Identity Federation</em>,
        then <em>Select Workload Identity</em>. Entra shows these four.
      </p>
      <TextField
        name="issuer"
        label="Issuer (iss)"
        placeholder="https://login.microsoftonline.com/TENANT/v2.0"
        value={fields.issuer}
        maxlength={500}
        required
      />
      <TextField
        name="jwksUrl"
        label="JWKS URL"
        hint="Leave it empty for Entra: it follows from the issuer."
        value={fields.jwksUrl}
        maxlength={500}
      />
      <TextField name="subject" label="Subject (sub)" value={fields.subject} maxlength={300} required />
      <TextField
        name="audience"
        label="Audience (aud)"
        hint="A /.default at its end is left out, since it is not in the token."
        placeholder="api://00000000-0000-0000-0000-000000000000"
        value={fields.audience}
        maxlength={300}
        required
      />
    </>
  );
}

/** What the kind is for. */
export function About({ fields }: Pick<FieldsProps, 'fields'>) {
  return <p>{GRANTS[fields.grant].sentence}</p>;
}
