// Thousands of ids in a few bound values: D1 takes a hundred parameters, and none above 2 MB.

/** A UTF-16 unit is three bytes of UTF-8 at most, and six of a JSON escape only for control characters. */
const MAX_CHUNK_UNITS = 300_000;

/** JSON arrays of text, for `json_each(?)`, that hold all ids between them; none where there are no ids. */
export function idChunks(ids: Iterable<string>): readonly string[] {
  const chunks: string[] = [];
  let parts: string[] = [];
  let units = 0;
  for (const id of ids) {
    if (units > 0 && units + id.length > MAX_CHUNK_UNITS) {
      chunks.push(JSON.stringify(parts));
      parts = [];
      units = 0;
    }
    parts.push(id);
    units += id.length + 3;
  }
  return parts.length === 0 ? chunks : [...chunks, JSON.stringify(parts)];
}
