// Members of groups and of teams, as their rows are read: the columns, and the rows as the directory's type.
import type { GroupMember } from '../directory/group.ts';
import { shownFormatted } from '../directory/user.ts';

/** The columns of one member, the user `u`, to which a statement adds the `groupSeq` of what it is a member of. */
export const MEMBER_COLUMNS = `u.id, u.user_name AS userName, u.given_name AS givenName,
  u.family_name AS familyName, u.attributes ->> '$.name.formatted' AS formatted, u.attributes ->> '$.displayName' AS displayName`;

interface MemberRow {
  readonly groupSeq: number;
  readonly id: string;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly formatted: string | null;
  readonly displayName: string | null;
}

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

/** The name under which the user itself is shown. */
function shownName({ formatted, displayName, ...row }: MemberRow): string {
  return formatted ?? shownFormatted({ ...row, attributes: displayName === null ? {} : { displayName } });
}
