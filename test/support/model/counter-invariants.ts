// What is counted beside the rows equals what counting the rows gives.

import type { Moment } from './invariants.ts';
import { type Row, rowsIn } from './picture.ts';

const isVisible = (user: Row) => user['login_type'] === 'saml' && user['removed_at'] === null;

/** Users and active users of the portal's row. */
export function countsAreTrue({ picture }: Moment): string[] {
  const [portal] = rowsIn(picture, 'portal');
  const visible = rowsIn(picture, 'users').filter(isVisible);
  const counted = [visible.length, visible.filter((user) => user['active'] === 1).length];
  const kept = [portal?.['user_count'], portal?.['active_count']];
  return String(counted) === String(kept) ? [] : [`the portal counts ${kept}, and there are ${counted}`];
}

/** Rows that SCIM does not see: altogether, by regions of 10,000 and by blocks of 100; and no row is missing in the order. */
export function listPositionsAreTrue({ picture }: Moment): string[] {
  const [portal] = rowsIn(picture, 'portal');
  const users = rowsIn(picture, 'users');
  const hidden = users.filter((user) => !isVisible(user)).map((user) => Number(user['seq']) - 1);
  const blocks = rowsIn(picture, 'list_blocks').filter((row) => row['hidden'] !== 0);
  const regions = Object.entries(JSON.parse(String(portal?.['hidden_regions'] ?? '{}'))).filter(([, n]) => n !== 0);
  const kept = { all: portal?.['hidden_count'], blocks: blocks.map((row) => [row['block'], row['hidden']]), regions };
  const counted = {
    all: hidden.length,
    blocks: counts(hidden, 100),
    regions: counts(hidden, 10_000).map(([n, of]) => [String(n), of]),
  };
  const last = users.reduce((max, user) => Math.max(max, Number(user['seq'])), 0);
  return [
    ...(JSON.stringify(kept) === JSON.stringify(counted)
      ? []
      : [`hidden are ${JSON.stringify(counted)}, kept is ${JSON.stringify(kept)}`]),
    ...(last === users.length ? [] : [`${users.length} users end at ${last}`]),
    ...(Number(portal?.['hidden_through']) > Math.max(0, ...hidden) || hidden.length === 0
      ? []
      : ['hidden rows lie behind the last']),
  ];
}

function counts(values: readonly number[], size: number): number[][] {
  const by = new Map<number, number>();
  for (const value of values) by.set(Math.floor(value / size), (by.get(Math.floor(value / size)) ?? 0) + 1);
  return [...by].sort(([a], [b]) => a - b);
}
