// Versions as entity tags, and what If-Match and If-None-Match say of them: RFC 9110 section 13.1, RFC 7644 section 3.14. All
// tags here are weak and compare weakly.

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** One entity tag at the front of a list, its opaque part in group 1. */
const TAG = /^[\s,]*(?:[Ww]\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|$)/;

/** Whether a header names the version of `etag`, by itself, in a list, or by `*`; undefined where it is no list of tags. */
export function namesTag(header: string, etag: string): boolean | undefined {
  if (header.trim() === '*') return true;
  const tags: string[] = [];
  let rest = header.trim();
  while (rest.replace(/^[\s,]+/, '') !== '') {
    const found = TAG.exec(rest);
    if (found === null) return undefined;
    tags.push(found[1] ?? '');
    rest = rest.slice(found[0].length);
  }
  return tags.length === 0 ? undefined : tags.includes(TAG.exec(etag)?.[1] ?? '');
}
