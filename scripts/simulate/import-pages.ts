// Okta's import: every user of the server, a hundred a page, until `totalResults` have been seen.
// Pages are asked for one after the other, because the next start index depends on what the last page held.
import { all, anyUserProblem, asObject, hasContentType, hasStatus, listProblem, readList } from './answer-checks.ts';
import type { Call } from './http-client.ts';
import { type Exchange, exchangeOf, type Outcome, type Session, type Step } from './step.ts';

const pageSize = 100;

/** A step that walks all pages and demands to meet every user of this run exactly once. */
export function importStep(about: Omit<Step, 'play'>, contentTypes: readonly string[]): Step {
  return { ...about, play: (session) => importUsers(session, about.title, contentTypes) };
}

async function importUsers(session: Session, title: string, contentTypes: readonly string[]): Promise<Outcome> {
  const exchanges: Exchange[] = [];
  const seen = new Map<string, number>();
  const fail = (problem: string): Outcome => ({ exchanges, many: true, problem });
  const check = all(hasStatus(200), hasContentType(contentTypes), ({ body }) => listProblem(body));
  try {
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += pageSize) {
      const call = pageCall(startIndex);
      const answer = await session.send(call);
      exchanges.push(exchangeOf(call, answer));
      const page = readList(answer.body);
      if (startIndex === 1) session.progress.start(title, Math.ceil(page.totalResults / pageSize));
      session.progress.tick();
      const problem = check(answer) ?? pageProblem(page.resources, startIndex, page.totalResults);
      if (problem !== undefined) return fail(`page from ${startIndex}: ${problem}`);
      for (const resource of page.resources) {
        const id = String(asObject(resource)?.['id']);
        seen.set(id, (seen.get(id) ?? 0) + 1);
      }
      total = page.totalResults;
    }
  } finally {
    session.progress.stop();
  }
  const missed = [session.first, ...session.others].find((actor) => seen.get(actor.id ?? '') !== 1);
  if (missed === undefined) return { exchanges, many: true };
  return fail(`${missed.person.userName} was met ${seen.get(missed.id ?? '') ?? 0} times instead of once`);
}

function pageCall(startIndex: number): Call {
  const path = `/Users?startIndex=${startIndex}&count=${pageSize}`;
  return { method: 'GET', path, shown: `/Users?startIndex=…&count=${pageSize}` };
}

/** A short page in the middle would make the import lose the users that follow it. */
function pageProblem(resources: readonly unknown[], startIndex: number, totalResults: number): string | undefined {
  const expected = Math.min(pageSize, Math.max(0, totalResults - startIndex + 1));
  if (resources.length < expected) {
    return `${resources.length} users instead of ${expected}, while totalResults is ${totalResults}`;
  }
  return resources.map((resource) => anyUserProblem(resource)).find((problem) => problem !== undefined);
}
