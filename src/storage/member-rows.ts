// Members of groups and of teams, as their rows are read.

/** The columns of one member, the user `u`, to which a statement adds the `groupSeq` of what it is a member of. */
export const MEMBER_COLUMNS = `u.id, u.user_name AS userName, u.given_name AS givenName,
  u.family_name AS familyName, u.attributes ->> '$.name.formatted' AS formatted, u.attributes ->> '$.displayName' AS displayName`;

/** A row of `MEMBER_COLUMNS` and `groupSeq`, as D1 gives it. */
export interface MemberRow {
  readonly groupSeq: number;
  readonly id: string;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly formatted: string | null;
  readonly displayName: string | null;
}
