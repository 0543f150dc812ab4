// The frame of every screen behind the sign-in: the navigation, who is signed in, whom they act for, and what was just done.
import type { PropsWithChildren } from 'hono/jsx';
import { printable } from '../../printable.ts';
import { personName } from '../../wording.ts';
import type { SignedIn } from '../exchange.ts';
import { Document, Mark } from './document.tsx';
import { TokenField } from './fields.tsx';
import { Notice, type NoticeProps } from './notice.tsx';

/** In the order of the navigation. */
const SECTIONS = {
  home: { path: '/console', name: 'Home' },
  users: { path: '/console/users', name: 'Users' },
  workspaces: { path: '/console/workspaces', name: 'Workspaces' },
  log: { path: '/console/log', name: 'Log' },
  keys: { path: '/console/keys', name: 'API keys' },
  connect: { path: '/console/connect', name: 'Connect' },
  settings: { path: '/console/settings', name: 'Configuration' },
} as const;

export type Section = keyof typeof SECTIONS;

type ShellProps = PropsWithChildren<{
  /** Of the window; the screen has its own `h1`. */
  readonly title: string;
  /** Undefined where the address belongs to none. */
  readonly section: Section | undefined;
  readonly screen: SignedIn;
  /** Paths of assets. */
  readonly scripts?: readonly string[];
  /** What was just done, or why it was not; above the screen. */
  readonly note?: NoticeProps | undefined;
}>;

/** A screen of the console. */
export function Shell({ title, section, screen, scripts, note, children }: ShellProps) {
  const { session, formToken } = screen;
  const portal = printable(session.portalName, 60);
  return (
    <Document title={`${title} · ${portal}`} scripts={scripts}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Acting screen={screen} />
      <header class="bar">
        <div>
          <a class="mark" href="/console">
            <Mark name={portal} />
          </a>
          <div class="who">
            <span>{personName(session)}</span>
            <form method="post" action="/console/sign-out">
              <TokenField token={formToken} />
              <button class="quiet" type="submit">
                Sign out
              </button>
            </form>
          </div>
          <nav aria-label="Console">
            {Object.entries(SECTIONS).map(([name, { path, name: label }]) => (
              <a href={path} aria-current={name === section ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
        </div>
      </header>
      <main class="page" id="content" tabindex={-1}>
        {note ? <Notice {...note} /> : null}
        {children}
      </main>
    </Document>
  );
}

/** On every page while an admin acts for a service account. */
function Acting({ screen: { session, formToken } }: { readonly screen: SignedIn }) {
  if (session.actingName === null) return null;
  return (
    <aside class="acting" aria-label="Impersonation">
      <p>
        You are acting for <strong>{printable(session.actingName, 80)}</strong>. What you do is logged with both names.
      </p>
      <form method="post" action="/console/impersonation/end">
        <TokenField token={formToken} />
        <button class="quiet" type="submit">
          Stop acting for it
        </button>
      </form>
    </aside>
  );
}
