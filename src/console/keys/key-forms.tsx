// What the forms of a key's page do. All but the revocation, which every admin may do, ask first whether the key belongs to the account
// at hand; the functions that write ask for the rest in their own batch.
import { rotateKey } from '../../auth/key-rotation.ts';
import { revokeKey } from '../../auth/key-store.ts';
import { useForScim } from '../../auth/key-unused.ts';
import { type Failure, fail } from '../../failure.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { unconfirmed } from '../page/confirm.tsx';
import { notFound } from '../page/refusal.tsx';
import { Time } from '../page/time-text.tsx';
import { readExpiry, sentExpiry } from './expiry-field.tsx';
import { confirmation } from './key-actions.tsx';
import { keyOf, keyPage } from './key-page.tsx';
import type { ShownKey } from './key-query.ts';
import { keysOwner } from './keys-owner.ts';
import { readOverlap } from './overlap.ts';
import { secretPage } from './secret-page.tsx';

type Act = (form: Posted, key: ShownKey) => Promise<Answer | Failure>;

/** The key's own page where it went wrong. */
function onKey(act: Act): (form: Posted) => Promise<Answer> {
  return async (form) => {
    const key = keyOf(form);
    // A client has a page and forms of its own.
    if (!key || key.purpose === 'oauth') return notFound(form);
    const outcome = await act(form, key);
    return 'response' in outcome ? outcome : keyPage(form, key, { failure: outcome, sent: form.form });
  };
}

/** Nothing for a key of somebody else. */
function onOwnKey(act: Act): (form: Posted) => Promise<Answer> {
  return onKey(async (form, key) => {
    if (key.ownerSeq === keysOwner(form.session).seq) return act(form, key);
    return fail('resource_not_found', 'Nothing was changed: this is somebody else’s key.').failure;
  });
}

/** POST: the key gets its secret, which is shown. */
export const postScim = onOwnKey(async (form, { id, label, ownerSeq }) => {
  const used = await useForScim(form.env, form.sources, { keyId: id, ownerSeq, ...authorOf(form.context) });
  if (!used.ok) return used.failure;
  return secretPage(form, {
    key: used.value,
    label,
    children: 'Enter it in the identity provider, then test the connection there.',
  });
});

/** POST: another key takes its place, whose secret is shown. */
export const postRotate = onOwnKey(async (form, { id, ownerSeq }) => {
  const overlap = readOverlap(form.form);
  if (!overlap.ok) return overlap.failure;
  const expires = readExpiry(sentExpiry(form.form), form.nowMs);
  if (!expires.ok) return expires.failure;
  const rotated = await rotateKey(form.env, form.sources, {
    keyId: id,
    ownerSeq,
    overlapMs: overlap.value,
    expiresAtMs: expires.value,
    ...authorOf(form.context),
  });
  if (!rotated.ok) return rotated.failure;
  const { key, label, oldEndsAtMs } = rotated.value;
  const children = (
    <>
      The old key works until its overlap ends <Time at={oldEndsAtMs} now={form.nowMs} />. Enter the new password in the
      identity provider before that.
    </>
  );
  return secretPage(form, { key, label, children });
});

/** POST: ends the key at once, whoever owns it: a key that leaked must not wait for its owner. */
export const postRevoke = onKey(async (form, key) => unconfirmed(form.form, confirmation(key)) ?? revoke(form, key));

/** POST: ends a key that another one replaces, before its time. */
export const postEndOverlap = onOwnKey(async (form, key) => {
  if (key.replacedBy === null) {
    return fail('precondition_failed', 'Nothing was changed: no other key takes the place of this one.').failure;
  }
  const isSafe = key.successorUsedAt !== null;
  return (isSafe ? undefined : unconfirmed(form.form, confirmation(key))) ?? revoke(form, key);
});

async function revoke(form: Posted, { id }: ShownKey): Promise<Answer | Failure> {
  const revoked = await revokeKey(form.env, form.sources, { keyId: id, ...authorOf(form.context) });
  return revoked.ok ? { response: seeOther(form, '/console/keys?done=revoked') } : revoked.failure;
}
