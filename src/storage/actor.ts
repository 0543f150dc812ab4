// Whom the column `actor` of the journal, the ledger and the outbox names: a key, a word, a person, or an admin and the service
// account that the admin acted for. Written and read here alone, so that nobody's userName can pass for somebody else's deed.

const AS = ' as ';

/** Who did something, by ids. */
export interface Actor {
  /** The id of a key or of a user, `cli`, `cron`, `sso`. */
  readonly id: string;
  /** The id of the service account that this user acted for. */
  readonly actingFor?: string;
  /** True where `id` is known to be a user's, whatever it looks like. */
  readonly isPerson: boolean;
}

/** What to write for a user, who may act for a service account. Ids that a client chose may look like something else: nothing
 * behind the word says that such a one is a user. */
export function actorText(userId: string, actingFor: string | null): string {
  if (actingFor !== null) return `${userId}${AS}${actingFor}`;
  return looksLikeOther(userId) ? `${userId}${AS}` : userId;
}

function looksLikeOther(userId: string): boolean {
  return /^(cli|cron|demo|sso)$/.test(userId) || looksLikeKey(userId) || userId.includes(AS);
}

/** Whether an id that stands alone in the column is a key's, and no user's. */
export function looksLikeKey(id: string): boolean {
  return /^[0-9a-z]{12}$/.test(id);
}

/** Reads what was written. Ids of service accounts have no spaces, so that the last ` as ` is ours. */
export function readActor(actor: string): Actor {
  const [, id, actingFor] = /^(.*) as ([^ ]*)$/s.exec(actor) ?? [];
  if (id === undefined) return { id: actor, isPerson: false };
  return { id, isPerson: true, ...(actingFor ? { actingFor } : {}) };
}

/** The same as SQL over a column: the id of the user or of whatever else it is, and that of whom the user acted for or null. */
export function actorSql(column: string): { readonly id: string; readonly actingFor: string } {
  const head = `rtrim(${column}, replace(${column}, ' ', ''))`;
  const isPerson = `substr(${head}, -${AS.length}) = '${AS}'`;
  return {
    id: `iif(${isPerson}, substr(${head}, 1, length(${head}) - ${AS.length}), ${column})`,
    actingFor: `iif(${isPerson}, nullif(substr(${column}, length(${head}) + 1), ''), NULL)`,
  };
}

/** An admin in words, with the service account acted for: by their names, where those are known. */
export function personWords(name: string, actingForName: string | undefined): string {
  return actingForName === undefined ? name : `${name} acting for ${actingForName}`;
}
