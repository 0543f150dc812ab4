// The box of the questions about trust: whether the sessions that single sign-on began end with the change.
import type { EndedSessions } from '../../sso/sso-store.ts';
import type { Posted } from '../exchange.ts';

export function EndSessions({ ticked }: { readonly ticked: boolean }) {
  return (
    <div class="field">
      <label class="tick">
        <input type="checkbox" name="end" value="yes" checked={ticked} aria-describedby="end-hint" />
        End all sessions that single sign-on began, except your own
      </label>
      <small id="end-hint">
        Ticked, they are signed out at once. Not ticked, whoever is signed in stays so, rightly or not: until half an
        hour without a request, and for 12 hours at most.
      </small>
    </div>
  );
}

/** The sessions that the form ends, if it ends any. */
export function endsOf({ form, session }: Posted): EndedSessions | undefined {
  return form.get('end') === 'yes' ? { but: session.hash } : undefined;
}
