// The little markup of the guides' own texts: *words of a menu*, `something typed`, [a link](/console/...). Values of people never
// pass through here.
import type { Child } from 'hono/jsx';

const MARKS = /\*([^*]+)\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)/g;

/** A text with its markup as elements. */
export function RichText({ text }: { readonly text: string }) {
  const parts: Child[] = [];
  let end = 0;
  for (const found of text.matchAll(MARKS)) {
    parts.push(text.slice(end, found.index), element(found));
    end = found.index + found[0].length;
  }
  return <>{[...parts, text.slice(end)]}</>;
}

function element([, menu, typed, label, path]: RegExpExecArray | RegExpMatchArray): Child {
  if (menu !== undefined) return <b>{menu}</b>;
  if (typed !== undefined) return <code>{breakable(typed)}</code>;
  return <a href={path}>{label}</a>;
}

/** Long names, which are URNs and expressions as a rule, break behind a colon and an opening bracket. */
function breakable(text: string): Child[] {
  return text.split(/(?<=[:([])/).flatMap((part, i) => (i === 0 ? [part] : [<wbr />, part]));
}
