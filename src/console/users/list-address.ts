// The address of a list of users: what is shown and looked for stands in it, so that it can be kept, sent and gone back to.
import type { ListQuery } from '../../directory/user-list-query.ts';

/** What of a list is another one in the address. */
export interface OtherList {
  readonly show?: ListQuery['show'];
  /** The cursor of a page; the first one without it. */
  readonly after?: string;
  /** Without what is looked for. */
  readonly clear?: true;
}

/** The address of the list, or of the other one that is described. */
export function listAddress({ show, login, role, team, sought }: ListQuery, other: OtherList = {}): string {
  const shown = other.show ?? show;
  const all: readonly (readonly [string, string | undefined])[] = [
    ['show', shown === 'registered' ? undefined : shown],
    ...(other.clear
      ? []
      : ([
          ['q', sought.typed],
          ['login', login],
          ['role', role],
          ['team', team],
        ] as const)),
    ['after', other.after],
  ];
  const query = new URLSearchParams(all.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return query.size === 0 ? '/console/users' : `/console/users?${query}`;
}
