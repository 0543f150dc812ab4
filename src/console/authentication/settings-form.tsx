// What the identity provider says of itself: all at once from its metadata, or field by field.
import { MAX_CERTIFICATE_CHARACTERS } from '../../sso/certificate.ts';
import { MAX_METADATA_CHARACTERS } from '../../sso/idp-metadata.ts';
import { ENTRA_SIGN_OUT, OKTA_SIGN_OUT } from '../../sso/provider-address.ts';
import { MAX_CERTIFICATES } from '../../sso/settings.ts';
import { ActionForm, TextField } from '../page/fields.tsx';
import { FileArea } from '../page/file-area.tsx';

export interface TypedFields {
  readonly issuer: string;
  readonly signInUrl: string;
  readonly signOutUrl: string;
  readonly certificates: readonly string[];
}

/** A field of the forms of the page; `certificate0` is the first one to add. */
export type WrongField = 'issuer' | 'signInUrl' | 'signOutUrl' | `certificate${number}` | 'metadata';

interface FormProps {
  readonly formToken: string;
  readonly seen: string;
  readonly wrong: WrongField | undefined;
}

const CERTIFICATE_FILES = '.cer,.crt,.cert,.pem,.der,application/x-x509-ca-cert';
const METADATA_FILES = '.xml,text/xml,application/xml,application/samlmetadata+xml';

/** Metadata replaces everything. */
export function MetadataForm({ formToken, seen, wrong, typed }: FormProps & { readonly typed: string | undefined }) {
  return (
    <ActionForm
      action="/console/authentication/metadata"
      formToken={formToken}
      submit="Take over the metadata"
      look="quiet"
    >
      <input type="hidden" name="seen" value={seen} />
      <FileArea
        name="metadata"
        label="Metadata of the identity provider (XML)"
        hint="Okta: the page behind Sign On > SAML Signing Certificates > Actions > View IdP metadata, saved as a file. Entra: Federation Metadata XML. It replaces the values below, but not the sign-out URL. While single sign-on is on, a certificate in use stays as long as there is room."
        rows={5}
        maxlength={MAX_METADATA_CHARACTERS}
        value={typed ?? ''}
        required
        isWrong={wrong === 'metadata'}
        accept={METADATA_FILES}
      />
    </ActionForm>
  );
}

type SettingsFormProps = FormProps & {
  readonly typed: TypedFields;
  /** How many certificates are kept. */
  readonly kept: number;
};

/** The fields, with a place for each certificate that can still be added. */
export function SettingsForm({ formToken, seen, wrong, typed, kept }: SettingsFormProps) {
  return (
    <ActionForm action="/console/authentication" formToken={formToken} submit="Save">
      <input type="hidden" name="seen" value={seen} />
      <TextField
        name="issuer"
        label="Issuer"
        hint="Okta: Identity Provider Issuer. Entra: Microsoft Entra Identifier. To the letter, with or without its last slash."
        value={typed.issuer}
        required
        isWrong={wrong === 'issuer'}
      />
      <TextField
        name="signInUrl"
        label="Sign-in URL"
        hint="Okta: Identity Provider Single Sign-On URL. Entra: Login URL."
        value={typed.signInUrl}
        placeholder="https://"
        required
        isWrong={wrong === 'signInUrl'}
      />
      <TextField
        name="signOutUrl"
        label="Sign-out URL"
        hint={`Where people go when they sign out here. Empty for none. Okta: ${OKTA_SIGN_OUT} with the name of your organization. Entra: ${ENTRA_SIGN_OUT}`}
        value={typed.signOutUrl}
        placeholder="https://"
        isWrong={wrong === 'signOutUrl'}
      />
      {Array.from({ length: MAX_CERTIFICATES - kept }, (_, place) => (
        <FileArea
          name={`certificate${place}`}
          label={kept + place === 0 ? 'Certificate' : 'Second certificate, while the identity provider changes to it'}
          hint={kept + place === 0 ? 'Base64, with or without its BEGIN and END lines.' : 'Leave it empty otherwise.'}
          rows={kept + place === 0 ? 6 : 3}
          maxlength={MAX_CERTIFICATE_CHARACTERS}
          value={typed.certificates[place] ?? ''}
          required={kept + place === 0}
          isWrong={wrong === `certificate${place}`}
          accept={CERTIFICATE_FILES}
        />
      ))}
      {kept < MAX_CERTIFICATES ? null : (
        <p class="hint">Both places for certificates are taken: remove one to add another.</p>
      )}
    </ActionForm>
  );
}
