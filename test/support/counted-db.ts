// D1, counted: every call the Worker makes and the rows it read and wrote, before and after the answer alike.

export interface Cost {
  calls: number;
  rowsRead: number;
  rowsWritten: number;
}

/** A D1 that adds up what goes through it. Only `batch` and the statements' own runs count, as D1 bills them. */
export function countedDb(db: D1Database): { readonly db: D1Database; readonly cost: Cost } {
  const cost: Cost = { calls: 0, rowsRead: 0, rowsWritten: 0 };
  const add = (results: readonly D1Result[]) => {
    cost.calls++;
    for (const { meta } of results) {
      cost.rowsRead += meta.rows_read;
      cost.rowsWritten += meta.rows_written;
    }
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
        if (name === 'run' || name === 'all') {
          return async () => {
            const result = await target[name]();
            add([result]);
            return result;
          };
        }
        if (name === 'first' || name === 'raw') throw new Error(`use all() or run(): ${name}() cannot be counted`);
        return Reflect.get(target, name);
      },
    });
    originals.set(wrapped, statement);
    return wrapped;
  };
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => wrap(target.prepare(sql));
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements.map((statement) => originals.get(statement) ?? statement));
          add(results);
          return results;
        };
      }
      return Reflect.get(target, name);
    },
  });
  return { db: counted, cost };
}
