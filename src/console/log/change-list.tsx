// What to change so that something is refused or ignored no more: for each side the menu, and then what to do there.

import type { Change } from '../../log/idp-menus.ts';
import { capital } from '../../wording.ts';

/** A list with one row a side. */
export function ChangeList({ change: { okta, entra, portal } }: { readonly change: Change }) {
  return (
    <dl class="changes">
      {okta === undefined ? null : <MenuChange side="In Okta" text={okta} />}
      {entra === undefined ? null : <MenuChange side="In Entra" text={entra} />}
      {portal === undefined ? null : (
        <div>
          <dt>In the portal</dt>
          <dd>
            <PortalChange text={portal} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function MenuChange({ side, text }: { readonly side: string; readonly text: string }) {
  const at = text.indexOf(': ');
  return (
    <div>
      <dt>{side}</dt>
      <dd>
        {at < 0 ? null : <b class="menu">{text.slice(0, at).replaceAll(' > ', ' › ')}</b>}
        <span>{at < 0 ? text : capital(text.slice(at + 2))}</span>
      </dd>
    </div>
  );
}

/** What the console has a page for begins with a link to it; the command line does the same. */
function PortalChange({ text }: { readonly text: string }) {
  if (text.startsWith('npm run key')) {
    return (
      <span>
        Make a key or look at those there are under <a href="/console/keys">API keys</a>, or by the command line: {text}
      </span>
    );
  }
  if (text.startsWith('npm run portal -- admin')) {
    return (
      <span>
        Make somebody an admin under <a href="/console/users">Users</a>, or by the command line: {text}
      </span>
    );
  }
  return <span>By the command line: {text}</span>;
}
