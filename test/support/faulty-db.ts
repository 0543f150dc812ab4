// A D1 that fails on purpose: before a batch reaches the database, or after the database has done it.

/** What to do with the n-th batch (from 1), read or write: an error text, or nothing to let it through. */
export interface Faults {
  readonly before?: (call: number, isWrite: boolean) => string | undefined;
  readonly after?: (call: number, isWrite: boolean) => string | undefined;
}

/** The database, and how many batches it was sent. */
export function faultyDb(db: D1Database, { before, after }: Faults): { readonly db: D1Database; calls: number } {
  const sqlOf = new WeakMap<object, string>();
  const originals = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get: (target, name) =>
        name === 'bind' ? (...values: unknown[]) => wrap(target.bind(...values), sql) : Reflect.get(target, name),
    });
    originals.set(wrapped, statement);
    sqlOf.set(wrapped, sql);
    return wrapped;
  };
  const faulty = { db, calls: 0 };
  const batch = async (statements: D1PreparedStatement[]) => {
    const call = ++faulty.calls;
    const isWrite = statements.some((statement) => /^\s*(?:INSERT|UPDATE|DELETE)/.test(sqlOf.get(statement) ?? ''));
    const early = before?.(call, isWrite);
    if (early !== undefined) throw new Error(`D1_ERROR: ${early}`);
    const results = await db.batch(statements.map((statement) => originals.get(statement) ?? statement));
    const late = after?.(call, isWrite);
    if (late !== undefined) throw new Error(`D1_ERROR: ${late}`);
    return results;
  };
  faulty.db = new Proxy(db, {
    get(target, name) {
      if (name === 'batch') return batch;
      if (name === 'prepare') return (sql: string) => wrap(target.prepare(sql), sql);
      return Reflect.get(target, name);
    },
  });
  return faulty;
}
