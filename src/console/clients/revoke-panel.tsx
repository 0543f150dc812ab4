// The end of a client.
import { confirmation } from '../keys/key-actions.tsx';
import { ConfirmField } from '../page/confirm.tsx';
import { ActionForm } from '../page/fields.tsx';
import { clientPath, type PanelProps } from './client-words.tsx';

/** The end of a client, at once: any admin may do it. */
export function RevokePanel({ details: { client }, screen, isWrong }: PanelProps & { readonly isWrong: boolean }) {
  return (
    <section class="panel" aria-labelledby="revoke">
      <h2 id="revoke">Revoke</h2>
      <p>
        Ends the client with all its secrets and tokens, for good. From that moment it reads and changes nothing, also
        where a token of it has time left, and provisioning through it stops.
      </p>
      <ActionForm
        action={`${clientPath(client)}/revoke`}
        formToken={screen.formToken}
        submit="Revoke this client"
        look="danger"
      >
        <ConfirmField word={confirmation(client)} isWrong={isWrong} />
      </ActionForm>
    </section>
  );
}
