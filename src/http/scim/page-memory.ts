// Where pages of long lists ended, remembered in the isolate, so that the next page begins there instead of counting to it. It
// holds only while nothing at all was written: the journal's last row says so, and the statement itself asks. Bounded.

export interface RememberedEnd {
  /** `seq` of the page's last row. */
  readonly seq: number;
  /** Mutation id of the journal's last row then. */
  readonly state: string;
}

const MAX_ENDS = 500;
const ends = new Map<string, RememberedEnd>();

/** What is known of the row before `startIndex` of a list. */
export function recallEnd(list: string, startIndex: number): RememberedEnd | undefined {
  return ends.get(`${startIndex} ${list}`);
}

/** Remembers the row before `startIndex`; the oldest memory goes when there are too many. */
export function rememberEnd(list: string, startIndex: number, end: RememberedEnd): void {
  const [oldest] = ends.keys();
  if (ends.size >= MAX_ENDS && oldest !== undefined) ends.delete(oldest);
  ends.set(`${startIndex} ${list}`, end);
}
