// The forms of single sign-on. Each carries what it was shown with, so that two admins cannot undo each other unseen, and a form that was
// refused comes back with what was typed.
import { type Failure, kindOf } from '../../failure.ts';
import { readIdpMetadata } from '../../sso/idp-metadata.ts';
import { changedSince } from '../../sso/portal-column.ts';
import { MAX_CERTIFICATES, type SsoSettings } from '../../sso/settings.ts';
import { withMetadata, withTyped } from '../../sso/settings-change.ts';
import { saveSso, switchSso } from '../../sso/sso-store.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { failureNote } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { type Again, type Done, providerPage } from './provider-page.tsx';
import { type Provider, readProvider, selectProvider } from './provider-query.ts';
import type { TypedFields, WrongField } from './settings-form.tsx';

export const HERE = '/console/authentication';

/** POST: the settings, field by field. */
export async function postSettings(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const typed = typedOf(form.form);
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const changed = withTyped(provider.settings, typed, form.nowMs);
  if (changed.ok) return save(form, provider, changed.settings, { typed });
  const wrong: WrongField = typeof changed.field === 'number' ? `certificate${changed.field}` : changed.field;
  return again(form, changed.failure, { typed, wrong });
}

/** POST: the settings as the identity provider's metadata has them. */
export async function postMetadata(form: Posted): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const metadata = withoutKeys(form.form.get('metadata') ?? '');
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const read = await readIdpMetadata(metadata, form.nowMs);
  if (!read.ok) return again(form, read.failure, { metadata, wrong: 'metadata' });
  return save(form, provider, withMetadata(provider.settings, read.value), { metadata }, read.value.remarks.length > 0);
}

async function save(
  form: Posted,
  { row }: Provider,
  settings: SsoSettings,
  typed: Pick<Again, 'typed' | 'metadata'>,
  hasRemarks = false,
): Promise<Answer> {
  const isSame = JSON.stringify(settings) === row.sso;
  const saved = await saveSso(form.context, row.sso, settings);
  if (!saved.ok) return again(form, saved.failure, typed);
  const done: Done = isSame ? 'same' : 'saved';
  return back(form, hasRemarks ? 'remarks' : done);
}

/** POST: switches single sign-on on. */
export function postOn(form: Posted): Promise<Answer> {
  return switchTo(form, 'on');
}

/** POST: switches it off. */
export function postOff(form: Posted): Promise<Answer> {
  return switchTo(form, 'off');
}

async function switchTo(form: Posted, state: 'on' | 'off'): Promise<Answer> {
  const provider = readProvider(form, form.results);
  const stale = staleness(form, provider);
  if (stale) return again(form, stale, {});
  const switched = await switchSso(form.context, state, provider.row.sso);
  return switched.ok ? back(form, state) : again(form, switched.failure, {});
}

/** To the page, with what was done. */
export function back(form: Posted, done: Done): Answer {
  return { response: seeOther(form, `${HERE}?done=${done}`) };
}

/** Why the form is not about the settings as they are; undefined where it is. */
export function staleness({ form }: Posted, { seen }: Provider): Failure | undefined {
  return form.get('seen') === seen ? undefined : changedSince().failure;
}

function typedOf(form: URLSearchParams): TypedFields {
  const text = (name: string) => form.get(name) ?? '';
  return {
    issuer: text('issuer').slice(0, 3_000),
    signInUrl: text('signInUrl').slice(0, 3_000),
    signOutUrl: text('signOutUrl').slice(0, 3_000),
    certificates: Array.from({ length: MAX_CERTIFICATES }, (_, place) => withoutKeys(text(`certificate${place}`))),
  };
}

/** A private key that was pasted is shown to nobody again. */
function withoutKeys(text: string): string {
  return text.includes('PRIVATE KEY') ? 'PRIVATE KEY' : text;
}

/** The page again, as the settings are now. */
export async function again(form: Posted, failure: Failure, typed: Omit<Again, 'status' | 'note'>): Promise<Answer> {
  const read = await readBatch(form.env.DB, [...selectProvider(form)]);
  if (read.kind === 'fault') return broken(form, HERE, faultFailure(read).failure);
  // Where somebody else was faster, the fields show what that one has entered.
  const kept = failure.code === 'precondition_failed' ? {} : typed;
  const status = kindOf(failure.code).status;
  const note = failureNote(failure);
  return { response: await providerPage(form, read.results, { ...kept, status, note }), failure };
}
