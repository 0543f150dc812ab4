// D1 whose calls can be told apart: every prepared statement remembers its SQL and its values.

interface Note {
  readonly original: D1PreparedStatement;
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What one call of D1 says. */
export interface NotedCall {
  readonly method: string;
  /** Whether any statement of it writes. */
  readonly writes: boolean;
  /** The same for calls with the same SQL and the same values. */
  readonly identity: string;
}

export type AroundD1 = (call: NotedCall, run: () => Promise<unknown>) => Promise<unknown>;

const RUNS: ReadonlySet<string | symbol> = new Set(['run', 'all', 'first', 'raw']);

/** The database with something around each of its calls: a batch, or the run of one statement. */
export function notedDb(db: D1Database, around: AroundD1): D1Database {
  const notes = new WeakMap<object, Note>();
  const wrap = (note: Note): D1PreparedStatement => {
    const wrapped = new Proxy(note.original, {
      get(target, name) {
        if (name === 'bind')
          return (...values: unknown[]) => wrap({ ...note, original: target.bind(...values), values });
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const method = member.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (!RUNS.has(name)) return method;
        return (...args: unknown[]) => around(described(String(name), [note]), () => method(...args));
      },
    });
    notes.set(wrapped, note);
    return wrapped;
  };
  const noteOf = (statement: D1PreparedStatement): Note =>
    notes.get(statement) ?? { original: statement, sql: '', values: [] };
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => wrap({ original: target.prepare(sql), sql, values: [] });
      if (name === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          const batch = statements.map(noteOf);
          return around(described('batch', batch), () => target.batch(batch.map(({ original }) => original)));
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function described(method: string, notes: readonly Note[]): NotedCall {
  return {
    method,
    writes: notes.some(({ sql }) => /^\s*(?:INSERT|UPDATE|DELETE)/.test(sql)),
    identity: JSON.stringify(notes.map(({ sql, values }) => [sql, values])),
  };
}
