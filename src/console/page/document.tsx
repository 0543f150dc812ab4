// The HTML document around every page, and the door: the small page of who is not signed in.
import type { PropsWithChildren } from 'hono/jsx';
import { ASSETS } from './assets.ts';

type DocumentProps = PropsWithChildren<{
  readonly title: string;
  /** Paths of assets. */
  readonly scripts?: readonly string[] | undefined;
  /** A URL that the browser goes on to by itself. */
  readonly goesTo?: string | undefined;
}>;

export function Document({ title, scripts = [], goesTo, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {goesTo === undefined ? null : <meta http-equiv="refresh" content={`0; url=${goesTo}`} />}
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href={ASSETS.icon.path} />
        <link rel="stylesheet" href={ASSETS.style.path} />
        {scripts.map((script) => (
          <script type="module" src={script} />
        ))}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** The sign of the product, with a name beside it. */
export function Mark({ name }: { readonly name: string }) {
  return (
    <>
      <img src={ASSETS.icon.path} alt="" width="26" height="26" />
      {name}
    </>
  );
}

/** A small page for who is not signed in: one thing to do. */
export function Door({ title, scripts, goesTo, children }: DocumentProps) {
  return (
    <Document title={`${title} · Portcullis`} scripts={scripts} goesTo={goesTo}>
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
