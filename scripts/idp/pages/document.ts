// The document around the pages of the local identity provider. It does not look like the console, so that whoever goes to and fro
// sees where they are.
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Whose page it is: the demo product is no part of the identity provider. */
const OWNERS = {
  provider: { name: 'Local identity provider', href: '/', about: 'for trying sign-in by hand' },
  product: { name: 'Demo product', href: '/app', about: "stands for the vendor's own" },
} as const;

/** A whole page; `script` is the path of one. */
export function page(owner: keyof typeof OWNERS, title: string, content: Html, script?: string): Html {
  const { name, href, about } = OWNERS[owner];
  return html`${raw('<!doctype html>')}
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · ${name}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/style.css" />
    ${script ? html`<script type="module" src="${script}"></script>` : ''}
  </head>
  <body>
    <header class="container">
      <a class="mark" href="${href}"><img src="/icon.svg" alt="" width="26" height="26" /> ${name}</a>
      <span>${about}</span>
    </header>
    <main class="container">${content}</main>
  </body>
</html>`;
}

/** A text in which what stands between backticks is code. */
export function prose(text: string): Html {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return html`${parts}`;
}
