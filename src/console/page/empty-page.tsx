// A page of a section that has nothing to show: why, and where to go on.
import { type Failure, kindOf } from '../../failure.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from './answer.ts';
import { type Section, Shell } from './shell.tsx';
import { Empty } from './table.tsx';

interface EmptyPage {
  readonly section: Section;
  readonly title: string;
  readonly text: string;
  /** The page to go on with. */
  readonly next: { readonly href: string; readonly name: string };
  /** 200 where nothing is wrong. */
  readonly status?: 200 | 404;
  /** What the request log tells of; it also has the status. */
  readonly failure?: Failure | undefined;
}

export async function emptyPage(screen: SignedIn, empty: EmptyPage): Promise<Answer> {
  const { section, title, text, next, failure } = empty;
  const page = (
    <Shell title={title} section={section} screen={screen}>
      <h1>{title}</h1>
      <Empty>
        <p>{text}</p>
        <p>
          <a class="button" href={next.href}>
            {next.name}
          </a>
        </p>
      </Empty>
    </Shell>
  );
  const status = empty.status ?? (failure ? kindOf(failure.code).status : 200);
  return { response: await pageResponse(screen, status, page), ...(failure && { failure }) };
}
