// D1, counted: one invocation of the Worker may ask a thousand queries of it, which a request of many operations could exceed.

/** A D1 that counts the queries sent to it, each statement of a batch as one. */
export class MeteredDb {
  readonly db: D1Database;
  #used = 0;

  constructor(db: D1Database) {
    this.db = {
      prepare: (sql) => db.prepare(sql),
      batch: (statements) => {
        this.#used += statements.length;
        return db.batch(statements);
      },
      exec: (sql) => db.exec(sql),
      withSession: (constraint) => db.withSession(constraint),
      dump: () => db.dump(),
    };
  }

  /** Queries so far. */
  get used(): number {
    return this.#used;
  }
}
