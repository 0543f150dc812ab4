// The other two presets as a person meets them: `npm start -- --preset NAME`, both identity providers green, and the command
// that shows and changes settings beside the running server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIdentity } from '../../scripts/idp/identity.ts';
import { type Running, runCommand, startCommand } from './command.ts';

describe.each([
  ['sendoso', /teamBy\s+│ division/, /Sales\s+│ 3/],
  ['open', /userNameChanges\s+│ allowed/, /No teams yet/],
])('the preset %s', (preset, shown, teams) => {
  const state = mkdtempSync(join(tmpdir(), `portcullis-${preset}-`));
  const demoFile = join(state, 'demo.json');
  const portal = (...args: string[]) => runCommand('node', 'scripts/portal.ts', ...args, '--state', state);
  let server: Running;

  beforeAll(async () => {
    const port = await freePort();
    const options = ['--port', String(port), '--state', state, '--users', '9', '--preset', preset];
    server = startCommand('node', 'scripts/start.ts', ...options);
    for (let waitedMs = 0; !server.output().includes('Secret token'); waitedMs += 200) {
      if (waitedMs > 110_000 || server.child.exitCode !== null) throw new Error(server.output());
      await pause(200);
    }
  });

  afterAll(async () => {
    if (server.child.exitCode === null) server.child.kill('SIGTERM');
    await server.finished;
    rmSync(state, { recursive: true, force: true });
  });

  it.each(['okta', 'entra'])('lets %s find every step green', async (idp) => {
    const run = await runCommand('node', 'scripts/simulate.ts', idp, '--demo', demoFile, '--users', '3');
    expect(run.output).toMatch(new RegExp(`${idp}: (\\d+) of \\1 steps green`));
    expect(run.code).toBe(0);
  });

  it('is shown and changed beside the running server, which learns of it at once', async () => {
    expect((await portal('show')).output).toMatch(shown);
    expect((await portal('team', 'list')).output).toMatch(teams);
    const refused = await portal('preset', 'sendsafely');
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('form cannot change any more')]);
    expect((await portal('policy', 'set', 'attributesStored', 'minimal')).output).toMatch(
      /In force|needs attributesStored/,
    );
    expect((await portal('policy', 'set', 'teamBy', 'portal')).output).not.toContain('came into');
    if (preset === 'sendoso') {
      expect((await portal('policy', 'unset', 'teamBy')).output).toContain(
        '0 users came into the teams that their division has asked for.',
      );
      expect((await portal('policy', 'set', 'teamBy', 'portal')).code).toBe(0);
    }
    expect((await portal('policy', 'set', 'attributesStored', 'minimal')).code).toBe(0);
    const { baseUrl, username, password } = JSON.parse(readFileSync(demoFile, 'utf8'));
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const schemas = await fetch(`${baseUrl}/Schemas`, { headers: { authorization } });
    expect(await schemas.text()).not.toContain('"nickName"');
  });

  it.each([preset].filter((name) => name === 'sendoso'))(
    '%s has single sign-on, e-mail domains and the app URL by commands',
    async () => {
      const year = 365 * 86_400_000;
      const { certificatePem } = await makeIdentity('idp.example', { notBeforeMs: 0, notAfterMs: Date.now() + year });
      const file = join(state, 'idp.pem');
      writeFileSync(file, certificatePem);
      const fields = ['--issuer', 'https://idp.example/', '--certificate', file];
      const wrong = await portal('sso', 'set', ...fields, '--sign-in-url', 'http://idp.example/');
      expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('must begin with https://')]);
      const set = await portal('sso', 'set', ...fields, '--sign-in-url', 'https://idp.example/sso');
      expect([set.code, set.output]).toEqual([0, expect.stringContaining('CN=idp.example')]);
      const untested = await portal('sso', 'on');
      expect([untested.code, untested.output]).toEqual([1, expect.stringContaining('--untested')]);
      expect((await portal('sso', 'on', '--untested')).output).toContain('Single sign-on is on');
      expect((await portal('domain', 'add', 'Acme2.example')).output).toContain('acme2.example');
      expect((await portal('app-url', '/start')).code).toBe(0);
      const { output } = await portal('show');
      for (const part of ['on, by https://idp.example/', 'acme2.example', '/start']) expect(output).toContain(part);
      expect((await portal('sso', 'off')).output).toContain(
        'for 12 hours at most; --end-sessions ends these sessions.',
      );
      expect((await portal('sso', 'off', '--end-sessions')).output).toContain('The sessions that it began are ended.');
    },
  );
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
