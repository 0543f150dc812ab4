// From a command about a group to its request, and to what the model makes of it.
import { GROUP, membersOf } from '../groups.ts';
import { patchOf } from '../scim.ts';
import type { GroupCommand } from './commands.ts';
import { changeMembers, createGroup, deleteGroup, renameGroup } from './groups.ts';
import { type Planned, personAt } from './person-requests.ts';
import type { Group, Model } from './state.ts';

const NAMES = ['Plants', 'Trees', 'TREES', 'Stones'] as const;

/** Plans a request about a group. */
export function planGroup(model: Model, command: GroupCommand): Planned {
  const named = 'members' in command ? command.members.map((n) => personAt(model, n)) : [];
  const members = membersOf([...new Set(named.map((person) => person?.id ?? 'nobody'))]);
  const displayName = 'name' in command ? (NAMES[command.name % NAMES.length] ?? '') : '';
  if (command.what === 'POST group') {
    const body = { schemas: [GROUP], displayName, members };
    return { method: 'POST', path: '/Groups', body, decide: () => createGroup(model, displayName, named).status };
  }
  const target = model.groups[command.group % Math.max(1, model.groups.length)];
  const path = `/Groups/${target?.id ?? 'nobody'}`;
  const found = (decide: (group: Group) => number) => () => (target ? decide(target) : 404);
  switch (command.what) {
    case 'members': {
      const operation = { op: command.how, path: 'members', value: members };
      const decide = found((group) => changeMembers(model, group, command.how, named));
      return { method: 'PATCH', path, target, body: patchOf(operation), decide };
    }
    case 'rename group': {
      const body = patchOf({ op: 'Replace', value: { displayName } });
      return { method: 'PATCH', path, target, body, decide: found((group) => renameGroup(model, group, displayName)) };
    }
    case 'DELETE group':
      return { method: 'DELETE', path, target, decide: found((group) => deleteGroup(model, group)) };
  }
}
