// Rows of the log written straight into its tables, and what a page shows of them.
import { env } from 'cloudflare:workers';
import { START_MS } from './portal.ts';

export interface Done {
  readonly type: string;
  readonly subject?: string;
  readonly actor?: string;
  readonly rule?: string;
  readonly requestId?: string;
  readonly attributes?: readonly string[];
  readonly at?: number;
}

export interface Refused {
  readonly rule: string;
  readonly status: number;
  readonly actor?: string;
  readonly method?: string;
  readonly route?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly at?: number;
}

/** Rows of the journal, in order. */
export async function addDone(rows: readonly Done[]): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO journal (mutation_id, type, subject, actor, rule, request_id, attributes, at)
     SELECT lower(hex(randomblob(8))), value ->> 'type', coalesce(value ->> 'subject', 'jane.example@acme.example'),
       coalesce(value ->> 'actor', 'cli'), value ->> 'rule', value ->> 'requestId', coalesce(value -> 'attributes', '[]'),
       coalesce(value ->> 'at', ${START_MS})
     FROM json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run();
}

/** Refusals, in order. */
export async function addRefused(rows: readonly Refused[]): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO refusals (at, actor, request_id, method, route, status, rule, detail)
     SELECT coalesce(value ->> 'at', ${START_MS}), value ->> 'actor', value ->> 'requestId', coalesce(value ->> 'method', 'POST'),
       coalesce(value ->> 'route', '/Users'), value ->> 'status', value ->> 'rule', coalesce(value ->> 'detail', '')
     FROM json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run();
}

/** HTML with its character references resolved. */
export function visible(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** What a person reads of a page. */
export function textOf(html: string): string {
  return visible(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');
}

/** The sentences of its entries, from the top. */
export function sentencesIn(html: string): string[] {
  return [...html.matchAll(/<p class="sentence">(.*?)<\/p>/gs)].map(([, inner = '']) =>
    visible(inner.replaceAll(/<[^>]+>/g, '')),
  );
}

/** Which rows are shown, from the top, such as `journal-7` and `refusal-3`. */
export function idsIn(html: string): string[] {
  return [...html.matchAll(/<li class="entry[^"]*" id="([^"]+)"/g)].map(([, id = '']) => id);
}
