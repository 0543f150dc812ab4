// The portal's row, as the statement of the session has read it already.
import type { SessionRow } from '../../auth/session.ts';
import type { SettingsRow } from '../../directory/settings-commit.ts';

/** The same row under the names that settings have. */
export function settingsRowOf(session: SessionRow): SettingsRow {
  const { portalName: name, preset, policy, features, portalVersion: version, userCount, activeCount } = session;
  return { name, preset, policy, features, version, userCount, activeCount };
}
