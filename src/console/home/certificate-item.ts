// Certificates of single sign-on that end: told while people sign in by them. Pure.
import { printable } from '../../printable.ts';
import { readSso } from '../../sso/settings.ts';
import { certificatesOf, rollOverAdvice, validityOf } from '../authentication/certificate-words.ts';
import { counted } from '../page/count-text.ts';
import type { Item } from './attention-items.ts';

/** What to tell of the certificates in the settings, JSON as they are stored; undefined where none ends soon. */
export function certificateItem(sso: string, nowMs: number): Item | undefined {
  const settings = readSso(sso);
  if (settings?.state !== 'on') return undefined;
  const certificates = certificatesOf(settings.certificates);
  const todo = rollOverAdvice(certificates, nowMs);
  if (todo === undefined) return undefined;
  const stateOf = (one: (typeof certificates)[number]) => validityOf(one, nowMs);
  const ending = certificates.filter((one) => ['soon', 'expired'].includes(stateOf(one)));
  const isOver = ending.every((one) => stateOf(one) === 'expired');
  const isLast = ending.length === certificates.length;
  return {
    level: isLast && isOver ? 'act' : 'soon',
    title: `${counted(ending.length, 'certificate')} of the identity provider ${isOver ? 'expired' : 'about to expire'}`,
    sentence: `Whatever its dates say, a certificate is trusted until it is removed. ${
      isLast
        ? 'People sign in by single sign-on with it, and there is no other one that is valid for longer.'
        : 'Another certificate is valid for longer.'
    }`,
    lines: ending.map((one) => ({
      text: printable(one.subject, 80),
      when: { word: one.notAfterMs <= nowMs ? 'expired' : 'expires', at: one.notAfterMs },
    })),
    todo,
    link: { href: '/console/authentication', text: 'Open Authentication Providers' },
  };
}
