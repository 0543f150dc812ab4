// What an admin can do about a brake that is engaged, or about what it still holds.

import { type BrakeStatus, HELD_COUNTED } from '../../directory/brake-status.ts';
import type { SignedIn } from '../exchange.ts';
import { people } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';

interface WaysOutProps {
  readonly screen: SignedIn;
  readonly brake: BrakeStatus;
}

export function WaysOut({ screen: { formToken }, brake: { engaged, heldUsers } }: WaysOutProps) {
  const everybody = people(heldUsers, HELD_COUNTED);
  return (
    <section class="ways" aria-label="What you can do">
      {heldUsers === 0 ? null : (
        <>
          <div class="panel">
            <h2>It was a mistake</h2>
            <p>
              Correct the assignments in Okta or Entra first: the next push deactivates again whoever is inactive there.
              Then {everybody} can sign in again and have everything back.
            </p>
            <ActionForm action="/console/brake/restore" formToken={formToken} submit="Restore everybody">
              <input type="hidden" name="whom" value="all" />
            </ActionForm>
          </div>
          <div class="panel">
            <h2>It was meant</h2>
            <p>
              The destruction goes on for {everybody}, and the brake is lifted. What is destroyed cannot be brought
              back. The next page asks once more.
            </p>
            <ActionForm action="/console/brake/release" formToken={formToken} submit="Release everybody…" look="quiet">
              <input type="hidden" name="whom" value="all" />
            </ActionForm>
          </div>
        </>
      )}
      {engaged ? (
        <div class="panel">
          <h2>Lift it alone</h2>
          <p>
            From now on deactivations destroy again, until the limit is passed anew.
            {heldUsers === 0 ? ' Nothing is held.' : ' What is held stays held.'}
          </p>
          <ActionForm action="/console/brake/lift" formToken={formToken} submit="Lift the brake" look="quiet" />
        </div>
      ) : null}
    </section>
  );
}
