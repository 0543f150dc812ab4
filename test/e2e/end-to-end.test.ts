// The whole thing as a person meets it: `npm start`, both identity providers, the Postman collection, keys, the cron. The
// real development server answers over real HTTP.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, runCommand, startCommand } from './command.ts';
import { replayCollection } from './postman.ts';

const state = mkdtempSync(join(tmpdir(), 'portcullis-e2e-'));
const demoFile = join(state, 'demo.json');
let server: Running;
let origin: string;

interface Demo {
  readonly baseUrl: string;
  readonly entraUrl: string;
  readonly username: string;
  readonly password: string;
  readonly entraToken: string;
  readonly preset: string;
}

const demo = (): Demo => JSON.parse(readFileSync(demoFile, 'utf8'));

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  server = startCommand('node', 'scripts/start.ts', '--port', String(port), '--state', state, '--users', '7');
  await until(() => server.output().includes('Secret token'), server);
});

afterAll(async () => {
  if (server.child.exitCode === null) server.child.kill('SIGTERM');
  await server.finished;
  rmSync(state, { recursive: true, force: true });
});

describe('npm start', () => {
  it('prints what to paste into Okta and Entra, and writes the same to demo.json', () => {
    const { baseUrl, entraUrl, username, password, entraToken, preset } = demo();
    expect({ baseUrl, entraUrl, preset }).toEqual({
      baseUrl: `${origin}/scim/v2`,
      entraUrl: `${origin}/scim/v2/entra`,
      preset: 'sendsafely',
    });
    expect(entraToken).toBe(`${username}:${password}`);
    for (const value of [baseUrl, entraUrl, username, password]) expect(server.output()).toContain(value);
  });

  it('has the demo users that were asked for', async () => {
    const { baseUrl, username, password } = demo();
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const list = await fetch(`${baseUrl}/Users`, { headers: { authorization } });
    expect(await list.json()).toMatchObject({ totalResults: 7 });
  });

  it('refuses a preset that does not exist, in a sentence', async () => {
    const refused = await runCommand('node', 'scripts/start.ts', '--preset', 'sensoso', '--state', state);
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/no preset "sensoso".*sendsafely, sendoso, open/);
  });
});

describe('the identity providers', () => {
  it.each(['okta', 'entra'])('%s finds every step green', async (idp) => {
    const run = await runCommand('node', 'scripts/simulate.ts', idp, '--demo', demoFile, '--users', '5');
    expect(run.output).toMatch(new RegExp(`${idp}: (\\d+) of \\1 steps green`));
    expect(run.output).not.toContain(demo().password);
    expect(run.code).toBe(0);
  });

  it('fail with a wrong secret, and say what the identity provider would', async () => {
    const { baseUrl, username } = demo();
    const options = ['--base-url', baseUrl, '--username', username, '--password', 'wrong'];
    const run = await runCommand('node', 'scripts/simulate.ts', 'okta', ...options);
    expect(run.code).toBe(1);
    expect(run.output).toContain('401');
  });
});

it('the Postman collection answers what it says, request by request', async () => {
  const collection = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/postman.json'), 'utf8'));
  const { baseUrl, username, password } = demo();
  const replayed = await replayCollection(collection, {
    baseSCIMUrl: baseUrl,
    SCIMUsername: username,
    SCIMPassword: password,
  });
  expect(replayed.length).toBeGreaterThan(10);
  expect(replayed.map(({ name, actual }) => `${name}: ${actual}`)).toEqual(
    replayed.map(({ name, expected }) => `${name}: ${expected}`),
  );
});

it('a key made beside the running server works at once, goes on while another takes its place, and no more once it is revoked', async () => {
  const made = await runCommand('node', 'scripts/key.ts', 'create', '--owner', 'second@acme.example', '--state', state);
  expect(made.output).toContain('second@acme.example');
  const password = /pck_\w+[\w-]*/.exec(made.output)?.[0] ?? '';
  const ask = () =>
    fetch(`${demo().entraUrl}/Users`, { headers: { authorization: `Bearer second@acme.example:${password}` } });
  expect((await ask()).status).toBe(200);
  const rotate = ['rotate', password.slice(4, 16), '--overlap', '1h', '--state', state];
  const rotated = await runCommand('node', 'scripts/key.ts', ...rotate);
  expect(rotated.output).toContain('enter the new password in the identity provider before that');
  expect((await ask()).status).toBe(200);
  const keyId = password.slice(4, 16);
  const listed = await runCommand('node', 'scripts/key.ts', 'list', '--state', state);
  expect(listed.output).toContain(keyId);
  expect(listed.output).not.toContain(password);
  expect((await runCommand('node', 'scripts/key.ts', 'revoke', keyId, '--state', state)).code).toBe(0);
  expect((await ask()).status).toBe(401);
});

it('the cron runs on request', async () => {
  const run = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`);
  expect(run.status).toBe(200);
});

it('stops when asked, and leaves nothing listening', async () => {
  expect(existsSync(demoFile)).toBe(true);
  server.child.kill('SIGINT');
  expect((await server.finished).output).toContain('Stopped.');
  await expect(fetch(origin, { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function until(condition: () => boolean, running: Running): Promise<void> {
  for (let waitedMs = 0; waitedMs < 110_000; waitedMs += 200) {
    if (condition()) return;
    if (running.child.exitCode !== null) break;
    await pause(200);
  }
  throw new Error(`The server did not start:\n${running.output()}`);
}
