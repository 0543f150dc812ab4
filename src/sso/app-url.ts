// Where people who are no admins land when they have signed in: a page of the vendor's product.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { savePortalText } from './portal-column.ts';
import { readAddress } from './provider-address.ts';
import { readSsoRow } from './sso-store.ts';

/** A path of the portal's hostname, or an absolute HTTPS URL. Fails with `invalid_value`. */
export function readAppUrl(text: string): Result<string> {
  const typed = text.trim();
  if (!typed.startsWith('/')) return readAddress(typed, 'The app URL');
  // Two slashes, or what browsers take for them, begin a hostname.
  const isPath = !/^\/[/\\]/.test(typed) && !/[\s\p{C}\\]/u.test(typed) && typed.length <= 2000;
  return isPath
    ? ok(typed)
    : fail('invalid_value', 'The app URL is a path such as /app, without spaces, or begins with https://.');
}

/** Sets it. Fails with `invalid_value`. */
export async function setAppUrl(context: SettingsContext, text: string): Promise<Result<string>> {
  const url = readAppUrl(text);
  if (!url.ok) return url;
  const row = await readSsoRow(context.db);
  if (!row.ok) return row;
  const change = { column: 'appUrl', expected: row.value.appUrl, text: url.value } as const;
  const saved = await savePortalText(context, change);
  return saved.ok ? url : saved;
}
