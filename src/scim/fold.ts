// Caseless comparison, one function for the unique key, filters and their oracle.

/** NFKC, lower case, NFKC again (lower-casing can leave composed form). SQLite's NOCASE folds ASCII only. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
