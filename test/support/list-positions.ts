// What the cheap positions of the user list rest on, counted the slow way, for tests that write rows or hide them.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';

const HIDDEN = "FROM users WHERE login_type <> 'saml' OR removed_at IS NOT NULL";

/** `seq`s without gaps, and every block, region and counter as counting gives it. */
export async function expectPositionsTrue(): Promise<void> {
  const [kept, counted, portal, hidden, gaps, keptRegions, regions] = await env.DB.batch<Record<string, number>>([
    env.DB.prepare('SELECT block, hidden FROM list_blocks WHERE hidden <> 0 ORDER BY block'),
    env.DB.prepare(`SELECT (seq - 1) / 100 AS block, count(*) AS hidden ${HIDDEN} GROUP BY 1 ORDER BY 1`),
    env.DB.prepare('SELECT hidden_count AS count, hidden_through AS through FROM portal'),
    env.DB.prepare(`SELECT count(*) AS count, coalesce(max(seq), 0) AS through ${HIDDEN}`),
    env.DB.prepare('SELECT coalesce(max(seq), 0) - count(*) AS missing FROM users'),
    env.DB.prepare(
      'SELECT CAST(key AS INTEGER) AS region, value AS hidden FROM portal, json_each(hidden_regions) WHERE value <> 0 ORDER BY 1',
    ),
    env.DB.prepare(`SELECT (seq - 1) / 10000 AS region, count(*) AS hidden ${HIDDEN} GROUP BY 1 ORDER BY 1`),
  ]);
  expect(kept?.results).toEqual(counted?.results);
  const [counter] = portal?.results ?? [];
  const [all] = hidden?.results ?? [];
  expect(counter?.['count']).toBe(all?.['count']);
  expect(counter?.['through']).toBeGreaterThanOrEqual(all?.['through'] ?? 0);
  expect(keptRegions?.results).toEqual(regions?.results);
  expect(gaps?.results).toEqual([{ missing: 0 }]);
}

/** Removes every user whose `seq` meets a condition, straight in the tables, and counts everything anew. */
export async function removeUsers(condition: string, nowMs: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(`UPDATE users SET removed_at = ?, active = 0 WHERE login_type = 'saml' AND (${condition})`).bind(
      nowMs,
    ),
    env.DB.prepare('DELETE FROM list_blocks'),
    env.DB.prepare(`INSERT INTO list_blocks SELECT (seq - 1) / 100, count(*) ${HIDDEN} GROUP BY 1`),
    env.DB.prepare(
      `UPDATE portal SET hidden_count = (SELECT count(*) ${HIDDEN}), hidden_through = (SELECT max(seq) ${HIDDEN}),
         hidden_regions = (SELECT json_group_object(region, hidden) FROM (
           SELECT (seq - 1) / 10000 AS region, count(*) AS hidden ${HIDDEN} GROUP BY 1)),
         user_count = (SELECT count(*) FROM users WHERE login_type = 'saml' AND removed_at IS NULL),
         active_count = (SELECT count(*) FROM users WHERE login_type = 'saml' AND removed_at IS NULL AND active = 1)`,
    ),
  ]);
}
