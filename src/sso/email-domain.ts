// Whose e-mail address it is, by its domain. Strict, since a portal's verified domains decide over who gets an account: what mail
// servers might read another way is no address here.

const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
const LOCAL_PART = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}$/u;

/** The domain of an e-mail address, in lower case; undefined where the text is none. ASCII only: other characters can look like these. */
export function domainOf(address: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(address)) return undefined;
  const [local = '', domain = '', ...others] = address.split('@');
  const lower = domain.toLowerCase();
  return others.length === 0 && LOCAL_PART.test(local) && DOMAIN.test(lower) ? lower : undefined;
}
