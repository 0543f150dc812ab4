// Plays every recorded dialogue against a fresh portal, step by step, through the whole Worker.
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { runCron } from '../../src/lifecycle/cron.ts';
import { ENTRA, freshPortal, type Portal, type Reply, STANDARD } from '../support/portal.ts';
import { type Captures, capture, type Dialogue, expectSubset, fill, fillJson, type Step } from './dialogue.ts';

const DAY_MS = 86_400_000;
const files = import.meta.glob<Dialogue>('./*/*.json', { eager: true, import: 'default' });

describe.each(Object.entries(files))('%s', (_, dialogue) => {
  it(`${dialogue.title}, ${dialogue.steps.length} steps`, async () => {
    expect(dialogue.source).toMatch(/^https:\/\//);
    const portal = await freshPortal();
    if (dialogue.preset !== undefined) {
      await env.DB.prepare('UPDATE portal SET preset = ?, version = version + 1').bind(dialogue.preset).run();
    }
    const captures: Captures = new Map();
    for (const step of dialogue.steps) await play(portal, dialogue, step, captures);
  });
});

async function play(portal: Portal, dialogue: Dialogue, step: Step, captures: Captures): Promise<void> {
  if (step.afterDays !== undefined) {
    portal.sources.ms += step.afterDays * DAY_MS;
    await runCron(portal.env, portal.sources);
  }
  const reply = await send(portal, dialogue, step, captures);
  expect(reply.status, `${step.name}: ${JSON.stringify(reply.body)}`).toBe(step.expect.status);
  if (reply.status !== 204) {
    expect(reply.headers.get('content-type'), step.name).toBe('application/scim+json; charset=utf-8');
  }
  for (const [name, wanted] of Object.entries(step.expect.headers ?? {})) {
    expectSubset(
      reply.headers.get(name) ?? undefined,
      fill(wanted, captures, encodeURIComponent),
      `${step.name}: ${name}`,
    );
  }
  if (step.expect.body) expectSubset(reply.body, fillJson(step.expect.body, captures), step.name);
  capture(step, reply, captures);
}

function send(portal: Portal, dialogue: Dialogue, { request }: Step, captures: Captures): Promise<Reply> {
  const base = dialogue.base === 'entra' ? ENTRA : STANDARD;
  const path = base + fill(request.path, captures, encodeURIComponent);
  const bearer = { authorization: `Bearer ${portal.username}:${portal.password}` };
  const headers = { ...(dialogue.auth === 'bearer' ? bearer : {}), ...request.headers };
  return portal.send(request.method, path, fillJson(request.body, captures), { headers });
}
