// What every command of `npm run portal` shares: open the portal, do one thing, close it, and say failures as sentences.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { systemSources } from '../../src/env.ts';
import type { Result } from '../../src/failure.ts';
import { oneLine } from '../../src/printable.ts';
import { openLocal, openRemote, type Platform, ScriptError } from '../platform.ts';

/** The options of every command. */
export interface Where {
  readonly remote?: true;
  readonly state: string;
}

/** Runs `work` on the portal that the options name, and closes it whatever happens. */
export async function withPortal(
  where: Where,
  work: (context: SettingsContext, env: Platform['env']) => Promise<void>,
): Promise<void> {
  const platform = where.remote ? await openRemote() : await openLocal(where.state);
  try {
    await work({ db: platform.env.DB, sources: systemSources, actor: 'cli' }, platform.env);
  } finally {
    await platform.dispose();
  }
}

/** The value, or the failure's sentence for the person at the terminal. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ScriptError(oneLine(result.failure.detail));
}
