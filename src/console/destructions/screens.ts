// The addresses of destructions.
import type { Screen } from '../screens.ts';
import { changeDestructions, selectDestructionChange, showDestructionChange } from './destruction-change.tsx';
import { selectDestructionList, showDestructionList } from './destruction-list.tsx';
import { selectDestruction, showDestruction } from './destruction-page.tsx';

export const DESTRUCTION_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/destructions', reads: selectDestructionList, act: showDestructionList },
  { method: 'GET', path: '/console/destructions/change', reads: selectDestructionChange, act: showDestructionChange },
  { method: 'POST', path: '/console/destructions/change', act: changeDestructions },
  { method: 'GET', path: '/console/destructions/:seq', reads: selectDestruction, act: showDestruction },
];
