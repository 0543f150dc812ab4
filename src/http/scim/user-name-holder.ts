// Who holds a userName that a create or a rename was refused for: asked only then, so that success costs no call.
import { fail, ok, type Result } from '../../failure.ts';
import { selectNameHolder } from '../../storage/user-rows.ts';
import type { ScimRequest } from './request.ts';

/** The 409 of a userName that is taken; undefined when nobody holds it any more and it is worth another try. The read also
 * brings the portal's newest policy. */
export async function whoHolds({ db }: ScimRequest, userNameKey: string): Promise<Result<undefined>> {
  const loaded = await db.read([selectNameHolder(db.db, userNameKey)]);
  if (!loaded.ok) return loaded;
  const holder = loaded.value.results[0]?.results[0] as { loginType: string; active: number } | undefined;
  if (!holder) return ok(undefined);
  if (holder.loginType !== 'saml') {
    return fail(
      'user_name_managed_by_portal',
      `This userName belongs to a ${holder.loginType} account that the portal's admins manage, not the identity provider. An admin can convert it to SAML in the portal; until then leave it unassigned.`,
    );
  }
  if (holder.active === 1) {
    return fail(
      'user_name_in_use',
      'A user with this userName exists already. Match on userName and update that user.',
    );
  }
  return fail(
    'user_name_in_use_inactive',
    'A user with this userName exists and is inactive. Set active to true on it to bring the person back.',
  );
}
