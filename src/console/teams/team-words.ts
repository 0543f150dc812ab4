// What the pages of teams call things, where they lead, and what was just done.
import type { Portal } from '../../directory/portal.ts';
import type { TeamChange } from '../../directory/teams.ts';
import { printable } from '../../printable.ts';
import { people } from '../page/count-text.ts';
import type { NoticeProps } from '../page/notice.tsx';

/** The address of a team's page, or of one below it. */
export function teamPath({ id }: { readonly id: string }, below = ''): string {
  return `/console/teams/${encodeURIComponent(id)}${below}`;
}

/** The list of the people in a team, deactivated ones too. */
export function membersPath(name: string): string {
  return `/console/users?${new URLSearchParams({ show: 'all', team: name })}`;
}

/** Where people are whom a team takes in when their division names it. */
export function unplacedWords({ policy }: Portal): string {
  const { defaultTeam } = policy.jit;
  return defaultTeam === null ? 'in no team' : `in no team or in “${printable(defaultTeam, 80)}” (first sign-ins)`;
}

export type Done = 'added' | 'renamed' | 'removed';

/** What an address says of what was done. */
export function doneQuery(done: Done, { users, wasDefault }: TeamChange): string {
  return `?done=${done}&n=${users}${wasDefault ? '&first=1' : ''}`;
}

/** The note about it; undefined where nothing was done. */
export function doneTeam({ searchParams }: URL): NoticeProps | undefined {
  const done = searchParams.get('done') ?? '';
  const n = searchParams.get('n') ?? '';
  if (!/^\d{1,7}$/.test(n) || !Object.hasOwn(SENTENCES, done)) return undefined;
  const text = SENTENCES[done as Done](Number(n), searchParams.get('first') === '1');
  return { kind: 'good', children: text };
}

const SENTENCES: Readonly<Record<Done, (count: number, isFirst: boolean) => string>> = {
  added: (count) => `The team is there.${cameIn(count)}`,
  renamed: (count, isFirst) =>
    `The team has its new name, and everybody stays in it.${cameIn(count)}${isFirst ? ' It is still the team of first sign-ins.' : ''}`,
  removed: (count, isFirst) =>
    `The team is gone.${count === 0 ? ' Nobody was in it.' : ` ${capitalPeople(count)} in no team now.`}${isFirst ? ' First sign-ins get no team any more.' : ''}`,
};

function cameIn(count: number): string {
  if (count === 0) return '';
  return ` ${count === 1 ? 'One person came in, whose division has' : `${capitalPeople(count, '')} came in, whose division has`} asked for it.`;
}

function capitalPeople(count: number, verb = count === 1 ? ' is' : ' are'): string {
  const text = people(count);
  return text.charAt(0).toUpperCase() + text.slice(1) + verb;
}
