// The end of a session, here and at the identity provider.
import { Door } from '../page/document.tsx';

/** Nobody is signed in any more. */
export function SignedOut() {
  return (
    <Door title="You are signed out">
      <p>Close the browser if others use it too.</p>
      <p>
        <a class="button" href="/auth/saml2/">
          Sign in again
        </a>
      </p>
    </Door>
  );
}

/** The same, on the way to the identity provider: a page that goes on by itself, since no policy of ours holds that up. */
export function SigningOutThere({ signOutUrl }: { readonly signOutUrl: string }) {
  return (
    <Door title="You are signed out here" goesTo={signOutUrl}>
      <p>Your identity provider signs you out next.</p>
      <p>
        <a class="button" href={signOutUrl}>
          Go on
        </a>
      </p>
    </Door>
  );
}
