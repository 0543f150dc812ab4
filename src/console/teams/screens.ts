// The addresses of the teams.
import type { Screen } from '../screens.ts';
import { postRename, selectTeamScreen, showTeam } from './team-page.tsx';
import { postRemoval, showRemoval } from './team-removal.tsx';
import { postNewTeam, selectTeams, showTeams } from './teams-page.tsx';

const TEAMS = '/console/teams';
const TEAM = `${TEAMS}/:id`;

export const TEAM_SCREENS: readonly Screen[] = [
  { method: 'GET', path: TEAMS, reads: selectTeams, act: showTeams },
  { method: 'POST', path: TEAMS, reads: selectTeams, act: postNewTeam },
  { method: 'GET', path: TEAM, reads: selectTeamScreen, act: showTeam },
  { method: 'POST', path: `${TEAM}/name`, reads: selectTeamScreen, act: postRename },
  { method: 'GET', path: `${TEAM}/remove`, reads: selectTeamScreen, act: showRemoval },
  { method: 'POST', path: `${TEAM}/remove`, reads: selectTeamScreen, act: postRemoval },
];
