// The pages of allowing a client: small, since Okta opens them in a window of their own.
import type { AuthorizationRequest } from '../../auth/oauth/authorize.ts';
import type { ClientRow } from '../../auth/oauth/client-query.ts';
import type { Failure } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { personName } from '../../wording.ts';
import type { SignedIn } from '../exchange.ts';
import { Door } from '../page/document.tsx';
import { TokenField } from '../page/fields.tsx';
import { clientName } from './client-words.tsx';
import { deactivationText, mayDo } from './consent-words.ts';

interface ConsentProps {
  readonly screen: SignedIn;
  readonly client: ClientRow;
  readonly request: AuthorizationRequest;
}

/** The question. Its form carries the request back in its address. */
export function ConsentPage({ screen, client, request }: ConsentProps) {
  const { session, portal, url, formToken } = screen;
  const name = clientName(client);
  const action = `/oauth/authorize?${new URLSearchParams(request.parameters.map(([key, value]) => [key, value]))}`;
  return (
    <Door title={`Allow ${name}?`}>
      <p class="lead">
        This client asks to manage the people of {printable(session.portalName, 60)} at {url.hostname}.
      </p>
      <dl class="consent">
        <div>
          <dt>It may</dt>
          <dd>{mayDo(portal)}</dd>
        </div>
        <div>
          <dt>Beware</dt>
          <dd>{deactivationText(portal)}</dd>
        </div>
        <div>
          <dt>Acts for</dt>
          <dd>{printable(client.ownerName, 80)}</dd>
        </div>
        <div>
          <dt>Answer goes to</dt>
          <dd>
            <strong>{new URL(request.redirectUri).host}</strong>
          </dd>
        </div>
        <div>
          <dt>You are</dt>
          <dd>
            {personName(session)}
            <small>{printable(session.userName, 80)}</small>
          </dd>
        </div>
      </dl>
      <form method="post" action={action} class="decision">
        <TokenField token={formToken} />
        <button type="submit" name="decision" value="allow">
          Allow
        </button>
        <button type="submit" name="decision" value="deny" class="quiet">
          Deny
        </button>
      </form>
      <p class="hint">
        Allow it only if you began this in your identity provider just now. It lasts until an admin ends it or revokes
        the client, or until it is not used for 90 days.
      </p>
    </Door>
  );
}

interface RefusedProps {
  readonly failure: Failure;
  /** The redirect URI of the request. */
  readonly sent: string;
}

/** Why nothing is asked, and what to change. */
export function RefusedPage({ failure, sent }: RefusedProps) {
  return (
    <Door title="This cannot be allowed">
      <p class="message act" role="alert">
        {failure.detail}
      </p>
      {sent === '' ? null : (
        <p>
          The redirect_uri that was sent: <code>{printable(sent, 300)}</code>
        </p>
      )}
      <p>
        Nothing was allowed, and nothing was sent anywhere. Compare Client ID and redirect URI in the identity provider
        with what the client has here, then press Authenticate there again.
      </p>
      <p>
        <a class="button" href="/console/clients">
          See the OAuth clients
        </a>
      </p>
    </Door>
  );
}
