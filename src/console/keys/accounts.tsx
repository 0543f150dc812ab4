// Service accounts: the recommended owners of keys, and how to act for one.
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { ActionForm } from '../page/fields.tsx';
import { Padlock } from '../page/padlock.tsx';
import type { ServiceAccount } from './key-query.ts';

/** Why a service account should own the key of an identity provider. */
export function ServiceHint() {
  return (
    <p>
      Better let a <strong>service account</strong> own it: a key works only while its owner is an active admin, and
      people leave.
    </p>
  );
}

interface AccountsProps {
  readonly accounts: readonly ServiceAccount[];
  readonly screen: SignedIn;
}

/** The accounts to act for. */
export function Accounts({ accounts, screen }: AccountsProps) {
  return (
    <section class="panel key-accounts" aria-labelledby="accounts">
      <div>
        <h2 id="accounts">Service accounts</h2>
        <p>
          Nobody signs in with them, so their keys outlive whoever made them. Act for one to generate and rotate its
          keys; what you do is logged with both names.
        </p>
        <p>
          <a href="/console/users/new?login=service">Add a service account</a>
        </p>
      </div>
      {accounts.length === 0 ? null : (
        <ul>
          {accounts.map((account) => (
            <li>
              <Account account={account} screen={screen} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Account({ account, screen }: { readonly account: ServiceAccount; readonly screen: SignedIn }) {
  const { seq, userName, isAdmin } = account;
  const name = printable(userName, 60);
  return (
    <>
      <span>
        <Padlock label="Service account:" />
        <a href={`/console/users/${seq}`}>{name}</a>
        <small>{isAdmin === 1 ? 'admin' : 'no admin: its keys cannot be used for SCIM'}</small>
      </span>
      <ActionForm
        action={`/console/users/${seq}/impersonate`}
        formToken={screen.formToken}
        submit="Act for it"
        to={name}
        look="quiet"
        inline
      />
    </>
  );
}
