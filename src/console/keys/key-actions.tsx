// The forms of a key's page.
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { ConfirmField } from '../page/confirm.tsx';
import { ActionForm, SelectField } from '../page/fields.tsx';
import { Time } from '../page/time-text.tsx';
import { ExpiryFields, sentExpiry, usualExpiry } from './expiry-field.tsx';
import type { ShownKey } from './key-query.ts';
import { OVERLAPS, USUAL_OVERLAP } from './overlap.ts';

interface PanelProps {
  readonly shown: ShownKey;
  readonly screen: SignedIn;
}

/** `sent` is what was typed into a form of the page that was refused. */
type SentProps = PanelProps & { readonly sent: URLSearchParams | undefined };

/** What is typed to confirm: the label where everybody can type it, else the id. */
export function confirmation({ id, label }: Pick<ShownKey, 'id' | 'label'>): string {
  return /^[\w.,:()/-]+(?: [\w.,:()/-]+)*$/.test(label) && label.length <= 40 ? label : id;
}

/** A key without a secret: the way to one, where its owner may have it. */
export function ScimPanel({ shown, screen }: PanelProps) {
  if (shown.ownerIsAdmin === 0) {
    return (
      <section class="panel" aria-labelledby="scim">
        <h2 id="scim">Not for SCIM</h2>
        <p>
          The owner, {printable(shown.ownerName, 60)}, is no active admin, and only the key of an active admin can be
          used for SCIM authentication. <a href={`/console/users/${shown.ownerSeq}`}>Make the account an admin</a>{' '}
          first.
        </p>
        <Idle />
      </section>
    );
  }
  return (
    <section class="panel" aria-labelledby="scim">
      <h2 id="scim">Let an identity provider use it</h2>
      <p>
        This makes a secret, the SCIM API Password, and shows it once on the next page. Whoever has it can create,
        change and deactivate the people of this portal.
      </p>
      <ActionForm
        action={`/console/keys/${shown.id}/scim`}
        formToken={screen.formToken}
        submit="Use this API key for SCIM authentication"
      />
      <Idle />
    </section>
  );
}

function Idle() {
  return (
    <p class="key-aside">
      Until then the key has no secret and opens nothing. An API of the portal that takes such keys will come later.
    </p>
  );
}

/** Another secret, without an interruption. */
export function RotatePanel({ shown, screen, sent }: SentProps) {
  const again = sent?.has('overlap') ? sent : undefined;
  return (
    <section class="panel" aria-labelledby="rotate">
      <h2 id="rotate">Rotate</h2>
      <p>
        Makes another key with the same owner and label, and shows its password once. Both work until the overlap ends:
        enter the new one in the identity provider before that. Then this one ends by itself.
      </p>
      <ActionForm action={`/console/keys/${shown.id}/rotate`} formToken={screen.formToken} submit="Rotate this key">
        <SelectField
          name="overlap"
          label="This key still works for"
          options={OVERLAPS}
          value={again?.get('overlap') ?? USUAL_OVERLAP}
        />
        <ExpiryFields value={again ? sentExpiry(again) : usualExpiry(shown)} isWrong={again !== undefined} />
      </ActionForm>
    </section>
  );
}

/** The end of an overlap. Where the new key was not used yet, ending it early may stop provisioning. */
export function OverlapPanel({ shown, until, screen, sent }: SentProps & { readonly until: number }) {
  const { id, replacedBy, successorUsedAt } = shown;
  const isSafe = successorUsedAt !== null;
  return (
    <section class="panel" aria-labelledby="overlap">
      <h2 id="overlap">Being replaced</h2>
      <p>
        The key <a href={`/console/keys/${replacedBy}`}>{replacedBy}</a> takes its place. This one ends by itself{' '}
        <Time at={until} now={screen.nowMs} />.{' '}
        {isSafe ? (
          'The new key is in use: nothing needs this one any more, unless two identity providers share it.'
        ) : (
          <strong>
            The new key was not used yet. Enter its password in the identity provider, or provisioning stops when this
            one ends.
          </strong>
        )}
      </p>
      <ActionForm
        action={`/console/keys/${id}/end-overlap`}
        formToken={screen.formToken}
        submit="End the overlap now"
        look={isSafe ? 'quiet' : 'danger'}
      >
        {isSafe ? null : <ConfirmField word={confirmation(shown)} isWrong={sent?.has('confirmation') === true} />}
      </ActionForm>
    </section>
  );
}

/** The end of a key, at once. */
export function RevokePanel({ shown, screen, sent }: SentProps) {
  return (
    <section class="panel" aria-labelledby="revoke">
      <h2 id="revoke">Revoke</h2>
      <p>
        {shown.purpose === 'scim'
          ? 'Ends the key at once and for good. An identity provider that still uses it is refused, and provisioning stops.'
          : 'Ends the key for good. Nothing uses it.'}
      </p>
      <ActionForm
        action={`/console/keys/${shown.id}/revoke`}
        formToken={screen.formToken}
        submit="Revoke this key"
        look="danger"
      >
        <ConfirmField word={confirmation(shown)} isWrong={sent?.has('confirmation') === true} />
      </ActionForm>
    </section>
  );
}
