// The members of groups as a group shows them, each under the name under which the user itself is shown.
import type { MemberRow } from '../storage/member-rows.ts';
import type { GroupMember } from './group.ts';
import { shownFormatted } from './user.ts';

/** The members of each group, by the `seq` of the group. */
export function readMembers(result: D1Result | undefined): ReadonlyMap<number, readonly GroupMember[]> {
  const members = new Map<number, GroupMember[]>();
  for (const row of (result?.results ?? []) as MemberRow[]) {
    const list = members.get(row.groupSeq);
    const member = { id: row.id, display: shownName(row) };
    if (list === undefined) members.set(row.groupSeq, [member]);
    else list.push(member);
  }
  return members;
}

function shownName({ formatted, displayName, ...row }: MemberRow): string {
  return formatted ?? shownFormatted({ ...row, attributes: displayName === null ? {} : { displayName } });
}
