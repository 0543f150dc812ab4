// `npm run idp` at the terminal: what it says when it begins, and where it cannot.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../command.ts';
import type { Parts } from './provider.ts';

export function commandFlows(parts: () => Parts): void {
  it('says what it did and how to undo it, and keeps its key to itself', () => {
    const { stage, provider } = parts();
    expect(provider.output).toContain('Single sign-on is on with this identity provider.');
    expect(provider.output).toContain(`npm run portal -- sso off --state ${stage.state}`);
    expect(statSync(join(stage.state, 'idp.json')).mode & 0o777).toBe(0o600);
  });

  it('where nothing was seeded, nothing answers or the portal is a real one, it says so and ends', async () => {
    const { state } = parts().stage;
    const idp = (...options: string[]) => runCommand('node', 'scripts/idp.ts', ...options);
    const finished = await Promise.all([
      idp('--state', 'nowhere'),
      idp('--state', state, '--portal', 'http://127.0.0.1:9'),
      idp('--state', state, '--portal', 'https://acme.vendor.example'),
    ]);
    expect(finished.map(({ code }) => code)).toEqual([1, 1, 1]);
    const [unseeded, silent, real] = finished.map(({ output }) => output);
    expect(unseeded).toContain('First run, in another terminal: npm start -- --state nowhere');
    expect(silent).toContain('No portal answers at http://127.0.0.1:9.');
    expect(real).toContain('"https://acme.vendor.example" is no portal of this machine');
  });
}
