// Marks: a text that occurs nowhere else in the world, put into every name, attribute, file and message. Where one is found
// that should be gone, something forgot to forget.

const MARK = /zqx\d+xqz/gi;

/** The n-th mark, plain ASCII letters and digits, so that folding, JSON and URLs leave it as it is. */
export function markOf(n: number): string {
  return `zqx${n}xqz`;
}

/** Every mark in a text. */
export function marksIn(text: string): string[] {
  return (text.match(MARK) ?? []).map((mark) => mark.toLowerCase());
}
