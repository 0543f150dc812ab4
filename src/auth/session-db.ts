// D1 behind a session: what a form of the console writes goes out only while the session is alive at that very moment, whichever
// function writes it. The guard stands before all others in each batch.
import { classifyD1Error } from '../storage/d1-errors.ts';
import { guard } from '../storage/guard.ts';
import { SESSION_ALIVE } from './session.ts';

export class SessionDb {
  readonly db: D1Database;
  #ended = false;

  /** For the session of that hash, at `nowMs`. */
  constructor(db: D1Database, hash: string, nowMs: number) {
    const alive = () => guard(db, 'session', SESSION_ALIVE, hash, nowMs);
    this.db = {
      prepare: (sql) => db.prepare(sql),
      batch: async <Row>(statements: D1PreparedStatement[]) => {
        try {
          return (await db.batch<Row>([alive(), ...statements])).slice(1);
        } catch (error) {
          const fault = classifyD1Error(error);
          if (fault.kind === 'guard' && fault.guard === 'session') this.#ended = true;
          throw error;
        }
      },
      exec: (sql) => db.exec(sql),
      withSession: (constraint) => db.withSession(constraint),
      dump: () => db.dump(),
    };
  }

  /** Whether a batch was refused because the session had ended. */
  get ended(): boolean {
    return this.#ended;
  }
}
