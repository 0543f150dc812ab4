// The addresses of workspaces.
import type { Screen } from '../screens.ts';
import { changeWorkspaces, selectWorkspaceChange, showWorkspaceChange } from './workspace-change.tsx';
import { selectWorkspaceList, showWorkspaceList } from './workspace-list.tsx';
import { selectWorkspace, showWorkspace } from './workspace-page.tsx';

export const WORKSPACE_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/workspaces', reads: selectWorkspaceList, act: showWorkspaceList },
  { method: 'GET', path: '/console/workspaces/change', reads: selectWorkspaceChange, act: showWorkspaceChange },
  { method: 'POST', path: '/console/workspaces/change', act: changeWorkspaces },
  { method: 'GET', path: '/console/workspaces/:id', reads: selectWorkspace, act: showWorkspace },
];
