// What pages call a workspace, and where its own page is.
import { printable } from '../../printable.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The address of its page. */
export function workspacePath(id: string): string {
  return `/console/workspaces/${encodeURIComponent(id)}`;
}

/** A workspace's name; one that has none is called by its id. */
export function nameOf({ name, id }: Named): string {
  return printable(name, 80) || printable(id, 40);
}
