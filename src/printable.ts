// Names come from outside and stand in subjects, sentences and on terminals: here they become one line that can forge none.

/** The text on one line, with a space for each run of control and direction characters; all other spaces as they are. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The text on one line, without control and direction characters, cut to `most` characters. */
export function printable(text: string, most = 120): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

/** A time of UTC milliseconds as people read it: `Thu, 15 Jan 2026 12:00:00 UTC`. */
export function readableTime(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', 'UTC');
}
