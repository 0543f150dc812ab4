// What tests of groups say over and over: a group's body, the people in it, and the rows behind them.
import type { Portal, Reply } from './portal.ts';
import { expectStatus, rows } from './scim.ts';
import { seedUsers } from './seed.ts';

export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** The id of the n-th seeded person. */
export function person(n: number): string {
  return `person${String(n).padStart(5, '0')}@acme.example`;
}

/** People `person(1)` to `person(count)`, straight into the tables. */
export function seedPeople(count: number): Promise<void> {
  return seedUsers(count, person);
}

/** `members` as clients write them. */
export function membersOf(ids: readonly string[]): { value: string }[] {
  return ids.map((value) => ({ value }));
}

/** The ids from `person(from)` to `person(to)`. */
export function people(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => person(from + i));
}

/** Makes a group over HTTP and gives the answered resource. */
export async function makeGroup(
  portal: Portal,
  displayName: string,
  ids: readonly string[] = [],
): Promise<Reply['body']> {
  const body = { schemas: [GROUP], displayName, members: membersOf(ids) };
  return (await expectStatus(201, portal.send('POST', '/Groups', body))).body;
}

/** Who is in the group by its rows, in user order. */
export async function memberIds(groupId: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    `SELECT u.id FROM groups AS g JOIN group_members AS m ON m.group_seq = g.seq JOIN users AS u ON u.seq = m.user_seq
     WHERE g.id = ? ORDER BY u.seq`,
    groupId,
  );
  return found.map(({ id }) => id);
}

/** Who is in the group as a GET shows it. */
export async function shownIds(portal: Portal, groupId: string): Promise<string[]> {
  const { body } = await expectStatus(200, portal.send('GET', `/Groups/${groupId}`));
  return (body.members ?? []).map(({ value }: { value: string }) => value);
}
