// How pages say how many.

/** As many rows as a page counts of what it only says the number of: from here on it says `at least`. */
export const COUNTED = 1_000;

/** Such as `12`, and from the bound on `at least 1,000`. */
export function numberText(count: number, bound = Number.POSITIVE_INFINITY): string {
  return `${count >= bound ? 'at least ' : ''}${count.toLocaleString('en')}`;
}

/** Such as `1 mail` and `3 mails`; from the bound on `at least 1,000 mails`. */
export function counted(count: number, noun: string, bound?: number): string {
  return `${numberText(count, bound)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Such as `one person` and `12 people`. */
export function people(count: number, bound?: number): string {
  return count === 1 ? 'one person' : `${numberText(count, bound)} people`;
}
