// Before each test file: the real clock, no module loaded yet, empty storage, and the newest schema by the migrations a portal gets.
// Many files share one runtime, and none may see what another left there.
import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

vi.useRealTimers();
vi.resetModules();
await reset();
await applyD1Migrations(env.DB, env.MIGRATIONS);
