// The e-mail domains that whoever runs the portal has verified as those of its people: a first sign-in makes an account only there.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { savePortalText } from './portal-column.ts';
import { readSsoRow } from './sso-store.ts';

const MAX_DOMAINS = 100;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain in lower case, in ASCII: `xn--` for any other letters. Fails with `invalid_value`. */
export function readDomain(text: string): Result<string> {
  const domain = text.trim().toLowerCase();
  const shown = printable(text, 80);
  if (domain.includes('@')) return refused(`${shown} is an address: give the part behind the @ alone.`);
  if (domain.includes('*')) return refused(`${shown} stands for many domains: give each by itself.`);
  if (!/^[\x20-\x7e]*$/.test(domain)) return refused(`${shown}: write other letters as IDNs do, with xn--.`);
  const labels = domain.split('.');
  const fits = domain.length <= 253 && labels.length > 1 && labels.every((label) => LABEL.test(label));
  // The last label of an address of numbers is a number.
  return fits && !/^\d+$/.test(labels.at(-1) ?? '')
    ? ok(domain)
    : refused(`${shown} is no domain, such as acme.example.`);
}

/** The verified domains, by the alphabet. */
export async function listDomains(db: D1Database): Promise<Result<readonly string[]>> {
  const row = await readSsoRow(db);
  return row.ok ? ok(JSON.parse(row.value.emailDomains)) : row;
}

/** Adds a domain; one that is there already changes nothing. Gives all. Fails with `invalid_value`. */
export function addDomain(context: SettingsContext, text: string): Promise<Result<readonly string[]>> {
  return change(context, text, (domains, domain) => {
    const all = [...new Set([...domains, domain])].toSorted();
    return all.length > MAX_DOMAINS ? refused(`A portal has at most ${MAX_DOMAINS} domains.`) : ok(all);
  });
}

/** Takes a domain away; whoever has an account keeps it. Gives what is left. Fails with `resource_not_found`. */
export function removeDomain(context: SettingsContext, text: string): Promise<Result<readonly string[]>> {
  return change(context, text, (domains, domain) =>
    domains.includes(domain)
      ? ok(domains.filter((one) => one !== domain))
      : fail('resource_not_found', `${domain} is none of the portal's domains.`),
  );
}

async function change(
  context: SettingsContext,
  text: string,
  decide: (domains: readonly string[], domain: string) => Result<readonly string[]>,
): Promise<Result<readonly string[]>> {
  const domain = readDomain(text);
  if (!domain.ok) return domain;
  const row = await readSsoRow(context.db);
  if (!row.ok) return row;
  const { emailDomains: expected } = row.value;
  const domains = decide(JSON.parse(expected), domain.value);
  if (!domains.ok) return domains;
  const saved = await savePortalText(context, {
    column: 'emailDomains',
    expected,
    text: JSON.stringify(domains.value),
  });
  return saved.ok ? domains : saved;
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}
