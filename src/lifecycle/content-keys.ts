// Where bytes lie in R2: the prefix says whose fate an object shares, so a purge finds objects that no row names.

/** Everything a user ever stored outside workspaces; one folder a registration below it. */
export function userPrefix(userSeq: number): string {
  return `user/${userSeq}/`;
}

/** The personal content of one registration. */
export function registrationPrefix(userSeq: number, registration: number): string {
  return `${userPrefix(userSeq)}${registration}/`;
}

/** The content of one workspace, whoever put it there. */
export function workspacePrefix(workspaceId: string): string {
  return `workspace/${workspaceId}/`;
}

/** The registration that a folder below `userPrefix` belongs to; undefined when the folder is not ours. */
export function registrationOf(userSeq: number, folder: string): number | undefined {
  const name = folder.slice(userPrefix(userSeq).length, -1);
  return /^[1-9]\d{0,14}$/.test(name) ? Number(name) : undefined;
}
