// The command about break-glass admins: who signs in when single sign-on cannot.
import { ensureBreakGlassAdmin } from '../../src/auth/break-glass-admin.ts';
import { createPasswordLink } from '../../src/auth/one-time-link.ts';
import { localOrigin } from '../demo-file.ts';
import { print } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `admin <email>` */
export async function admin(email: string, options: Where): Promise<void> {
  await withPortal(options, async ({ sources, actor }, env) => {
    const { seq, userName, created } = must(await ensureBreakGlassAdmin(env, sources, email, actor));
    const code = must(await createPasswordLink(env, sources, seq));
    const origin = options.remote ? `https://${env.PORTAL_HOSTNAME}` : localOrigin(options.state);
    if (created) print(`Made ${userName}, an admin outside the identity provider. Every admin gets a mail about it.`);
    print(`With this link ${userName} chooses a password, within an hour and once; it ends the links made before:`);
    print(passwordLink(origin, code));
  });
}

/** The link of a code. Browsers send what stands behind the # to nobody. */
export function passwordLink(origin: string, code: string): string {
  return `${origin}/console/welcome#${code}`;
}
