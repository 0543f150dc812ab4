// The commands about whose people these are and where they go: e-mail domains and the app URL.
import { setAppUrl } from '../../src/sso/app-url.ts';
import { addDomain, listDomains, removeDomain } from '../../src/sso/email-domains.ts';
import { print } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `domain list` */
export async function list(options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const domains = must(await listDomains(db));
    if (domains.length === 0) return print('No domains yet: npm run portal -- domain add DOMAIN');
    print(...domains);
  });
}

/** `domain add <domain>` */
export async function add(domain: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const domains = must(await addDomain(context, domain));
    print(`A first sign-in can make accounts with addresses of ${domains.join(', ')}.`);
  });
}

/** `domain remove <domain>` */
export async function remove(domain: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    const domains = must(await removeDomain(context, domain));
    const left =
      domains.length === 0 ? 'None is left: no first sign-in makes an account.' : `Left: ${domains.join(', ')}.`;
    print(`Removed. Whoever has an account keeps it. ${left}`);
  });
}

/** `app-url <url>` */
export async function appUrl(url: string, options: Where): Promise<void> {
  await withPortal(options, async (context) => {
    print(`Whoever is no admin lands at ${must(await setAppUrl(context, url))} when they have signed in.`);
  });
}
