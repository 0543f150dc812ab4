// What an operation costs against what it may cost: D1 calls before the answer, rows read and written.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { type Cost, countedDb } from './counted-db.ts';
import type { Portal, Reply } from './portal.ts';

export interface Operation {
  readonly name: string;
  readonly budget: { readonly calls: number; readonly read: number; readonly written: number };
  readonly run: (send: Portal['send']) => Promise<Reply>;
  readonly status: number;
}

/** The costs that were measured, beside what is allowed. */
export class Measurements {
  readonly #rows: (readonly [operation: string, ...counts: number[]])[] = [];

  /** Runs the operation and holds it to its budget. */
  async hold(portal: Portal, { name, budget, run, status }: Operation): Promise<void> {
    const cost = await costBeforeAnswer(portal, run, status);
    this.#rows.push([name, cost.calls, budget.calls, cost.rowsRead, budget.read, cost.rowsWritten, budget.written]);
    expect(cost.calls, 'D1 calls').toBeLessThanOrEqual(budget.calls);
    expect(cost.rowsRead, 'rows read').toBeLessThanOrEqual(budget.read);
    expect(cost.rowsWritten, 'rows written').toBeLessThanOrEqual(budget.written);
  }

  /** Measured and allowed, side by side. */
  table(title: string): string {
    const head = ['operation', 'D1 calls', 'rows read', 'rows written'];
    const lines = this.#rows.map(([name, ...counts]) => [
      name,
      ...[0, 2, 4].map((i) => `${counts[i]} of ${counts[i + 1]}`),
    ]);
    const line = ([name = '', ...cells]: string[]) => name.padEnd(38) + cells.map((cell) => cell.padStart(16)).join('');
    return [`\nmeasured of allowed, ${title}`, ...[head, ...lines].map(line)].join('\n');
  }
}

/** The cost as it stands when the response is there; what happens after the answer is not counted. */
export async function costBeforeAnswer(portal: Portal, run: Operation['run'], status: number): Promise<Cost> {
  const { db, cost } = countedDb(env.DB);
  let atAnswer: Cost | undefined;
  const reply = await run((method, path, body, options) =>
    portal.send(method, path, body, { ...options, env: { DB: db }, answered: () => (atAnswer = { ...cost }) }),
  );
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  return atAnswer ?? cost;
}
