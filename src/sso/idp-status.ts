// Why an identity provider says that it signs nobody in, in plain words. Its own message is not repeated: whoever can send a form
// could write it.
import { attributeOf, childrenNamed, type XmlElement } from './xml.ts';

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const REASONS: ReadonlyMap<string, string> = new Map([
  ['Requester', 'it finds the request wrong'],
  ['Responder', 'something went wrong there'],
  ['VersionMismatch', 'it speaks another version of SAML'],
  ['AuthnFailed', 'the person could not prove who they are'],
  ['InvalidNameIDPolicy', 'it cannot give a name of the format that was asked for'],
  ['NoAuthnContext', 'it cannot sign people in the way that was asked for'],
  ['NoPassive', 'the person would have had to do something'],
  ['RequestDenied', 'it denies the request; perhaps the person is not assigned to the application'],
  ['RequestUnsupported', 'it does not support the request'],
  ['UnknownPrincipal', 'it does not know the person'],
]);

/** A sentence where the status of a response is not Success; null where it is. */
export function statusProblem(response: XmlElement, protocol: string): string | null {
  const [status, another] = childrenNamed(response, protocol, 'Status');
  const [code] = status ? childrenNamed(status, protocol, 'StatusCode') : [];
  if (!status || !code || another) return 'The response has no single status.';
  const value = attributeOf(code, 'Value');
  if (value === `${STATUS}Success`) return null;
  const [second] = childrenNamed(code, protocol, 'StatusCode');
  const reason = reasonOf(second && attributeOf(second, 'Value')) ?? reasonOf(value) ?? 'it gives no known reason';
  return `The identity provider did not sign the person in: ${reason}.`;
}

function reasonOf(value = ''): string | undefined {
  return value.startsWith(STATUS) ? REASONS.get(value.slice(STATUS.length)) : undefined;
}
