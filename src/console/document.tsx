// The document around every screen, and the two shapes of it: the door, where nobody is signed in, and the shell.
import type { PropsWithChildren } from 'hono/jsx';
import type { SessionRow } from '../auth/session.ts';
import { printable } from '../printable.ts';
import { ASSETS } from './assets.ts';
import { TOKEN_FIELD } from './form.ts';

type DocumentProps = PropsWithChildren<{ readonly title: string; readonly script?: string | undefined }>;

function Document({ title, script, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href={ASSETS.icon.path} />
        <link rel="stylesheet" href={ASSETS.style.path} />
        {script ? <script type="module" src={script} /> : null}
      </head>
      <body>{children}</body>
    </html>
  );
}

function Mark({ name }: { readonly name: string }) {
  return (
    <>
      <img src={ASSETS.icon.path} alt="" width="26" height="26" />
      {name}
    </>
  );
}

/** A small page for who is not signed in: one thing to do. */
export function Door({ title, script, children }: DocumentProps) {
  return (
    <Document title={`${title} · Portcullis`} script={script}>
      <main class="door">
        <div class="mark">
          <Mark name="Portcullis" />
        </div>
        <div class="panel">
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </Document>
  );
}

/** Only screens that exist. */
const SCREENS = [{ path: '/console', name: 'Home' }] as const;

type ShellProps = PropsWithChildren<{
  readonly title: string;
  readonly path: (typeof SCREENS)[number]['path'];
  readonly session: SessionRow;
  readonly formToken: string;
}>;

/** A screen of the console, with the navigation and who is signed in. */
export function Shell({ title, path, session, formToken, children }: ShellProps) {
  const portal = printable(session.portalName, 60);
  return (
    <Document title={`${title} · ${portal}`}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <div>
          <a class="mark" href="/console">
            <Mark name={portal} />
          </a>
          <nav aria-label="Console">
            {SCREENS.map((screen) => (
              <a href={screen.path} aria-current={screen.path === path ? 'page' : undefined}>
                {screen.name}
              </a>
            ))}
          </nav>
          <div class="who">
            <span>{personName(session)}</span>
            <form method="post" action="/console/sign-out">
              <TokenField token={formToken} />
              <button class="quiet" type="submit">
                Sign out
              </button>
            </form>
          </div>
        </div>
      </header>
      <main class="page" id="content" tabindex={-1}>
        {children}
      </main>
    </Document>
  );
}

/** What proves that a form is ours; in every form. */
export function TokenField({ token }: { readonly token: string }) {
  return <input type="hidden" name={TOKEN_FIELD} value={token} />;
}

/** Who is signed in: the name, where the account has one, else the user name. */
export function personName({ givenName, familyName, userName }: SessionRow): string {
  const name = [givenName, familyName].filter((part) => part).join(' ');
  return printable(name === '' ? userName : name, 80);
}
