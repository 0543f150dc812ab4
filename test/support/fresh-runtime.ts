// Before each test file: the real clock, no module loaded yet, empty storage, and the newest schema by the migrations a portal gets.
// Many files share one runtime, and none may see what another left there.
import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

const TRIES = 5;

vi.useRealTimers();
vi.resetModules();
await emptyStorage();
await applyD1Migrations(env.DB, env.MIGRATIONS);

/** The runtime may refuse to delete a database that is still at work, and says so only in its log. */
async function emptyStorage(): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    await reset();
    const left = await env.DB.prepare("SELECT name FROM sqlite_master WHERE name = 'portal'").all();
    if (left.results.length === 0) return;
  }
  throw new Error('the storage of the test file before could not be emptied');
}
