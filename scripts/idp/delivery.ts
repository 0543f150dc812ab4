// From what was sent with a click to the answer on its way: who, to which portal, to which request, and what is wrong with it.
import { fail, ok, type Result } from '../../src/failure.ts';
import { acsUrl } from '../../src/sso/settings.ts';
import { answer, isMisbehaviour } from './answer.ts';
import { readAuthnRequest } from './authn-request.ts';
import type { Identity } from './identity.ts';
import type { Asked } from './pages/home-page.ts';
import type { Delivery } from './pages/small-pages.ts';
import type { Claims } from './people.ts';

/** Reads an address or a form. Fails with `invalid_value` for a SAMLRequest that cannot be answered. */
export function readAsked(fields: URLSearchParams): Result<Asked> {
  const samlRequest = fields.get('SAMLRequest') || undefined;
  const request = samlRequest === undefined ? ok(undefined) : readAuthnRequest(samlRequest);
  if (!request.ok) return request;
  const misbehaviour = fields.get('misbehave') ?? '';
  return ok({
    samlRequest,
    request: request.value,
    relayState: fields.get('RelayState') ?? '',
    misbehaviour: isMisbehaviour(misbehaviour) ? misbehaviour : 'none',
    shape: fields.get('shape') === 'entra' ? 'entra' : 'okta',
  });
}

/** The answer that a form asks for, made now, to `portal` where no request says otherwise. Fails with `invalid_value`. */
export async function deliveryOf(
  { identity, issuer, portal }: { readonly identity: Identity; readonly issuer: string; readonly portal: string },
  fields: URLSearchParams,
): Promise<Result<Delivery>> {
  const asked = readAsked(fields);
  if (!asked.ok) return asked;
  const { request, relayState, misbehaviour, shape } = asked.value;
  const nameId = (fields.get('nameId') ?? '').trim();
  if (nameId === '') return fail('invalid_value', 'The form names nobody.');
  const samlResponse = await answer(identity, {
    ...{ shape, issuer, nameId, misbehaviour },
    acsUrl: request?.acsUrl ?? acsUrl(portal),
    claims: readClaims(fields.get('claims') ?? ''),
    ...(request ? { inResponseTo: request.id } : {}),
  });
  return ok({
    acsUrl: request?.acsUrl ?? acsUrl(portal),
    nameId,
    fields: { SAMLResponse: samlResponse, ...(relayState === '' ? {} : { RelayState: relayState }) },
  });
}

/** `name: value`, one a line. The last colon before a space ends the name, since names of claims may be URLs. */
function readClaims(text: string): Claims {
  const pairs = text
    .split('\n')
    .map((line) => /^\s*(\S+?):(?:\s+(.*?))?\s*$/.exec(line))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as const]));
  return Object.fromEntries(pairs);
}
