// Who may sign in as an admin: tests of the floor of admins switch the feature on and take the other admins away.
import { env } from 'cloudflare:workers';
import { PORTAL_URN } from './scim.ts';

/** Support switches `isAdmin` on for this portal. */
export async function switchAdminSyncOn(): Promise<void> {
  await env.DB.prepare(`UPDATE portal SET features = '{"adminSync":true}', version = version + 1`).run();
}

/** The break-glass account stops being an admin, so that only SCIM-managed ones are left (and the no-login key owner). */
export async function retireBreakGlass(): Promise<void> {
  await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
}

/** The portal's extension with `isAdmin` set to something. */
export function isAdmin(value: unknown, urn = PORTAL_URN): Record<string, unknown> {
  return { [urn]: { isAdmin: value } };
}
