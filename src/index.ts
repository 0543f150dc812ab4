// The Worker: requests go to the HTTP app, cron triggers to the lifecycle.
import { type Env, systemSources } from './env.ts';
import { createApp } from './http/app.ts';

const app = createApp(systemSources);

export default {
  fetch: app.fetch,
  async scheduled(_controller, env, _ctx) {
    const { runCron } = await import('./lifecycle/cron.ts');
    await runCron(env, systemSources);
  },
} satisfies ExportedHandler<Env>;
